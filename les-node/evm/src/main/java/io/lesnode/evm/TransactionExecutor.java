package io.lesnode.evm;

import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.Evm;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Fork;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Applies the transactions of blocks to a state. Thread-safe: what one call changes is the state it
 * is given.
 */
public final class TransactionExecutor {
  /** The sender of calls that the protocol itself makes (EIP-4788). */
  public static final Address SYSTEM =
      Address.fromHex("0xfffffffffffffffffffffffffffffffffffffffe");

  private static final long SYSTEM_CALL_GAS = 30_000_000;

  private final UInt256 chainId;
  private final CodeCache codes;
  private final @Nullable LongPredicate eip155At;

  /** For the chain with this id, which binds transactions to it from Spurious Dragon on. */
  public TransactionExecutor(UInt256 chainId, CodeCache codes) {
    this(chainId, codes, null);
  }

  /**
   * For a chain with a block of its own for EIP-155.
   *
   * @param eip155At whether transactions may be bound to the chain at a height
   */
  public TransactionExecutor(UInt256 chainId, CodeCache codes, @Nullable LongPredicate eip155At) {
    this.chainId = chainId;
    this.codes = codes;
    this.eip155At = eip155At;
  }

  /**
   * Applies {@code tx} and ends it in {@code state}, whose changes then include it.
   *
   * @param gasAvailable the block's gas limit less what its transactions before this one used
   * @throws TransactionRejectedException if the transaction is not valid here; the state is as it
   *     was
   * @throws io.lesnode.primitives.InvalidSignatureException if no sender can be recovered
   * @throws io.lesnode.evm.state.MissingStateException if the reader lacks something; the state is
   *     void
   */
  public ExecutionResult execute(
      Transaction tx, BlockContext block, JournaledState state, long gasAvailable)
      throws TransactionRejectedException {
    return execute(tx, block, state, gasAvailable, new Cancellation(), null);
  }

  /**
   * As {@link #execute(Transaction, BlockContext, JournaledState, long)}.
   *
   * @param cancellation stops the execution from another thread
   * @param tracer watches the execution, or null
   * @throws io.lesnode.evm.interpreter.ExecutionCancelledException if cancelled; the state is void
   */
  public ExecutionResult execute(
      Transaction tx,
      BlockContext block,
      JournaledState state,
      long gasAvailable,
      Cancellation cancellation,
      @Nullable StepTracer tracer)
      throws TransactionRejectedException {
    TransactionRules.checkSigning(tx, block.fork(), chainId, isBindable(block));
    Message message = Message.of(tx, block.baseFee());
    StateTransition transition = new StateTransition(block, state, message, false);
    ExecutionResult result = transition.apply(chainId, codes, cancellation, gasAvailable, tracer);
    state.finishTransaction(block.fork());
    return result;
  }

  /**
   * Makes a call of the protocol itself, such as that to the beacon roots contract at the start of
   * a Cancun block (EIP-4788), and ends it in {@code state}. It costs nobody anything, and its
   * failure is ignored, as is the absence of the contract.
   */
  public void systemCall(Address to, Bytes input, BlockContext block, JournaledState state) {
    Evm.Environment environment = new Evm.Environment(block, chainId, codes, new Cancellation());
    state.warm(to);
    Evm evm = new Evm(environment, state, SYSTEM, UInt256.ZERO, List.of());
    evm.call(SYSTEM, to, input, SYSTEM_CALL_GAS, UInt256.ZERO);
    state.finishTransaction(block.fork());
  }

  private boolean isBindable(BlockContext block) {
    return eip155At == null
        ? block.fork().isAtLeast(Fork.SPURIOUS_DRAGON)
        : eip155At.test(block.number());
  }
}
