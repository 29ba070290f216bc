package io.lesnode.evm.interpreter;

import io.lesnode.evm.BlockContext;
import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionFailure.Halt;
import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.evm.precompile.Precompile;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The virtual machine for one message: runs its code and all code that calls from there.
 *
 * <p>Frames wait for each other in a list of their own ({@link Frame#parent}), not on Java's stack,
 * so that the 1024 levels of the protocol need no big thread stack. Confined to one thread.
 */
public final class Evm {
  private final Execution x;

  /**
   * Where messages execute.
   *
   * @param chainId what CHAINID returns
   * @param codes shared between executions
   * @param tracer watches the execution, or null
   */
  public record Environment(
      BlockContext block,
      UInt256 chainId,
      CodeCache codes,
      Cancellation cancellation,
      @Nullable StepTracer tracer) {
    /** Without a tracer. */
    public Environment(
        BlockContext block, UInt256 chainId, CodeCache codes, Cancellation cancellation) {
      this(block, chainId, codes, cancellation, null);
    }
  }

  /**
   * How a message ended.
   *
   * @param created the new contract's address, for a creation
   */
  public record Outcome(
      Bytes output, long gasLeft, @Nullable ExecutionFailure failure, @Nullable Address created) {}

  /** A machine for a message from {@code origin}. */
  public Evm(
      Environment environment,
      JournaledState state,
      Address origin,
      UInt256 gasPrice,
      List<Bytes32> blobHashes) {
    x = new Execution(environment, state, origin, gasPrice, blobHashes);
  }

  /** Calls {@code to} with value; on failure the state is as before. */
  public Outcome call(Address caller, Address to, Bytes input, long gas, UInt256 value) {
    if (x.state.balance(caller).compareTo(value) < 0) {
      return new Outcome(Bytes.EMPTY, gas, Halt.of(Kind.INSUFFICIENT_BALANCE), null);
    }
    Frame.Builder builder = new Frame.Builder(to, caller);
    builder.snapshot = x.state.snapshot();
    builder.value = value;
    builder.gas = gas;
    builder.input = input.toArrayUnsafe();
    builder.inputLength = input.size();
    Precompile precompile = x.precompiles.at(to);
    if (!CallOps.transfer(x, builder, precompile != null)) {
      return new Outcome(Bytes.EMPTY, gas, null, null);
    }
    builder.code = precompile == null ? x.codeOf(to) : Code.EMPTY;
    Frame frame = builder.build(null);
    if (precompile == null) {
      run(frame);
    } else {
      CallOps.run(x, precompile, frame);
    }
    if (frame.failure != null) {
      x.state.revertTo(frame.snapshot);
    }
    return new Outcome(Bytes.wrap(frame.output), frame.gas, frame.failure, null);
  }

  /** Creates a contract at the address that {@code creator}'s nonce gives, and counts the nonce. */
  public Outcome create(Address creator, Bytes initCode, long gas, UInt256 value) {
    Address target = CreateOps.address(creator, x.state.nonce(creator));
    Kind refusal = CreateOps.refusal(x, creator, value);
    if (refusal != null) {
      return new Outcome(Bytes.EMPTY, gas, Halt.of(refusal), target);
    }
    if (!CreateOps.prepare(x, creator, target)) {
      return new Outcome(Bytes.EMPTY, 0, Halt.of(Kind.ADDRESS_COLLISION), target);
    }
    Frame frame = CreateOps.build(x, null, creator, target, value, gas, initCode);
    run(frame);
    CreateOps.settle(x, frame);
    return new Outcome(Bytes.wrap(frame.output), frame.gas, frame.failure, target);
  }

  /** Runs {@code root} and every frame it makes. */
  private void run(Frame root) {
    Frame current = root;
    while (true) {
      x.ensureStack(current.stackBase);
      Frame child = Interpreter.run(x, current);
      if (child != null) {
        current = child;
        continue;
      }
      if (x.tracer != null) {
        x.tracer.onFrameEnd(current.depth + 1, current.gas, current.failure);
      }
      Frame parent = current.parent;
      if (parent == null) {
        return;
      }
      if (current.isCreation) {
        CreateOps.settle(x, current);
        CreateOps.complete(x, parent, current);
      } else {
        CallOps.complete(x, parent, current);
      }
      current = parent;
    }
  }
}
