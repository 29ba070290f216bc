package io.lesnode.evm;

import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.evm.state.JournaledState;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Executes messages that nobody signed, for eth_call and eth_estimateGas: like a transaction, but
 * nonce and kind of the sender do not matter, a message without fees pays none, and there is no
 * block gas limit. Follows geth's {@code DoCall} ({@code internal/ethapi/api.go} at v1.10.26).
 * Thread-safe.
 */
public final class CallExecutor {
  private final UInt256 chainId;
  private final CodeCache codes;

  /** For the chain with this id. */
  public CallExecutor(UInt256 chainId, CodeCache codes) {
    this.chainId = chainId;
    this.codes = codes;
  }

  /**
   * Executes {@code message}. The state keeps what it changed, unfinished; use a fresh one per
   * call.
   *
   * @param cancellation stops the call from another thread
   * @throws TransactionRejectedException if the sender cannot pay value or fees offered, or the gas
   *     limit is below the intrinsic gas
   * @throws io.lesnode.evm.interpreter.ExecutionCancelledException if cancelled
   * @throws io.lesnode.evm.state.MissingStateException if the reader lacks something
   */
  public ExecutionResult call(
      Message message, BlockContext block, JournaledState state, Cancellation cancellation)
      throws TransactionRejectedException {
    return call(message, block, state, cancellation, null);
  }

  /**
   * As {@link #call(Message, BlockContext, JournaledState, Cancellation)}.
   *
   * @param tracer watches the execution, or null
   */
  public ExecutionResult call(
      Message message,
      BlockContext block,
      JournaledState state,
      Cancellation cancellation,
      @Nullable StepTracer tracer)
      throws TransactionRejectedException {
    return new StateTransition(block, state, message, true)
        .apply(chainId, codes, cancellation, -1L, tracer);
  }
}
