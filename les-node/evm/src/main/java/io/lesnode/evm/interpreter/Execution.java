package io.lesnode.evm.interpreter;

import io.lesnode.evm.BlockContext;
import io.lesnode.evm.gas.GasSchedule;
import io.lesnode.evm.precompile.Precompiles;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import java.util.Arrays;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** What all frames of one message share: the block, the state, the rules and the stack array. */
final class Execution {
  private static final int LONGS_PER_FRAME = 4 * GasSchedule.STACK_LIMIT;

  final BlockContext block;
  final JournaledState state;
  final GasSchedule gas;
  final Precompiles precompiles;
  final CodeCache codes;
  final Cancellation cancellation;
  final UInt256 chainId;
  final Address origin;
  final UInt256 gasPrice;
  final List<Bytes32> blobHashes;
  final @Nullable StepTracer tracer;

  /** The stacks of all frames, one after the other. */
  long[] stack = new long[2 * LONGS_PER_FRAME];

  Execution(
      Evm.Environment environment,
      JournaledState state,
      Address origin,
      UInt256 gasPrice,
      List<Bytes32> blobHashes) {
    block = environment.block();
    this.state = state;
    gas = GasSchedule.of(block.fork());
    precompiles = Precompiles.of(block.fork());
    codes = environment.codes();
    cancellation = environment.cancellation();
    tracer = environment.tracer();
    chainId = environment.chainId();
    this.origin = origin;
    this.gasPrice = gasPrice;
    this.blobHashes = blobHashes;
  }

  /** Tells the tracer, if there is one, that a call or creation has been paid for. */
  void charged(Frame f) {
    if (tracer != null) {
      tracer.onCharged(f.depth + 1, f.gas);
    }
  }

  /** Makes room for a full stack from {@code base} on. */
  void ensureStack(int base) {
    int needed = base + LONGS_PER_FRAME;
    if (needed > stack.length) {
      stack = Arrays.copyOf(stack, Math.max(needed, 2 * stack.length));
    }
  }

  Code codeOf(Address address) {
    return state.hasCode(address)
        ? codes.get(state.codeHash(address), state.code(address))
        : Code.EMPTY;
  }
}
