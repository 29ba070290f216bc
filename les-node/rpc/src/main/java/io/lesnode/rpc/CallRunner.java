package io.lesnode.rpc;

import io.lesnode.evm.BlobGas;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.ExecutionCancelledException;
import io.lesnode.evm.interpreter.StepTracer;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.les.client.CallHints;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.rpc.EthBackend.StateView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Executes calls on the state after a block, with geth's limits and refusals (DoCall in
 * internal/ethapi/api.go). Thread-safe.
 */
final class CallRunner {
  private static final long UNCAPPED_GAS = Long.MAX_VALUE; // geth: math.MaxUint64 / 2
  private static final long CODE_CACHE_BYTES = 32 << 20;

  /** Stops executions that take too long; one daemon thread for the whole process's callers. */
  private final ScheduledExecutorService alarms =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("rpc-timeout").factory());

  private final EthBackend backend;
  private final BlockLookup blocks;
  private final CallExecutor executor;
  private final long gasCap;

  CallRunner(EthBackend backend, long gasCap) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
    this.executor =
        new CallExecutor(backend.chainConfig().chainId(), new CodeCache(CODE_CACHE_BYTES));
    this.gasCap = gasCap;
  }

  /**
   * A call that fails before its code runs because the gas does not even cover the intrinsic cost.
   */
  static final class IntrinsicGasException extends Exception {
    IntrinsicGasException(String message) {
      super(message, null, false, false);
    }
  }

  /** What a call runs on: one block's rules and one state. */
  record Ground(BlockHeader block, StateView state) {}

  /**
   * How a call runs.
   *
   * @param gas the limit, or null for the cap
   * @param limit the longest time; zero means none
   * @param tracing makes what watches it, or null; it may run several times on guessed states, and
   *     the tracer of the last run is the one that counts
   */
  record Way(
      @Nullable Long gas,
      StateOverrides state,
      BlockOverrides block,
      Duration limit,
      @Nullable Supplier<StepTracer> tracing) {
    private @Nullable StepTracer newTracer() {
      return tracing == null ? null : tracing.get();
    }
  }

  /** Finds block and state. */
  Ground ground(BlockSelector selector) {
    return new Ground(blocks.existing(selector), backend.state(blocks.stateOwner(selector)));
  }

  /** One execution on a fresh copy of the state. */
  ExecutionResult run(CallArguments call, Ground ground, Way way) throws IntrinsicGasException {
    BlockContext context = way.block().apply(context(ground.block()), backend.chainConfig());
    Message message = message(call, way.gas(), ground.block().baseFeePerGas());
    CallHints hints =
        new CallHints(
            List.of(message.from(), context.coinbase()),
            message.to(),
            message.data(),
            message.accessList());
    Cancellation cancellation = new Cancellation();
    Future<?> alarm = alarm(cancellation, way.limit());
    try {
      return ground
          .state()
          .execute(
              hints,
              reader -> {
                JournaledState state = new JournaledState(reader);
                way.state().apply(state);
                return executor.call(message, context, state, cancellation, way.newTracer());
              });
    } catch (TransactionRejectedException rejected) {
      String text =
          "err: "
              + rejected.getMessage()
              + " (supplied gas "
              + Long.toUnsignedString(message.gasLimit())
              + ")";
      if (rejected.reason() == TransactionRejectedException.Reason.INTRINSIC_GAS) {
        throw new IntrinsicGasException(text);
      }
      throw new RpcException(text);
    } catch (ExecutionCancelledException tooLong) {
      throw new RpcException("execution aborted (timeout = " + way.limit().toSeconds() + "s)");
    } catch (MissingStateException missing) {
      throw new RpcException(String.valueOf(missing.getMessage()));
    } finally {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }

  /** Cancels after a time, unless that is zero. */
  @Nullable Future<?> alarm(Cancellation cancellation, Duration limit) {
    return limit.isZero()
        ? null
        : alarms.schedule(cancellation::cancel, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** geth's TransactionArgs.ToMessage. */
  private Message message(CallArguments call, @Nullable Long gas, @Nullable UInt256 baseFee) {
    call.requireOnePricing();
    long limit = gas != null ? gas : gasCap == 0 ? UNCAPPED_GAS : gasCap;
    if (gasCap != 0 && Long.compareUnsigned(limit, gasCap) > 0) {
      limit = gasCap;
    }
    UInt256 legacy = call.gasPrice();
    UInt256 feeCap;
    UInt256 tipCap;
    UInt256 price;
    if (legacy != null || baseFee == null) {
      price = legacy == null ? UInt256.ZERO : legacy;
      feeCap = price;
      tipCap = price;
    } else {
      feeCap = orZero(call.maxFeePerGas());
      tipCap = orZero(call.maxPriorityFeePerGas());
      price =
          feeCap.isZero() && tipCap.isZero()
              ? UInt256.ZERO
              : Message.effectivePrice(feeCap, tipCap, baseFee);
    }
    return new Message(
        call.sender(),
        call.to(),
        0,
        orZero(call.value()),
        limit,
        price,
        feeCap,
        tipCap,
        call.data(),
        call.accessList(),
        null,
        List.of());
  }

  private static UInt256 orZero(@Nullable UInt256 value) {
    return value == null ? UInt256.ZERO : value;
  }

  /** The rules and values of a block for code that runs in it. */
  BlockContext context(BlockHeader header) {
    Long excess = header.excessBlobGas();
    return new BlockContext(
        backend.chainConfig().forkAt(header.number(), header.timestamp(), header.difficulty()),
        header.number(),
        header.timestamp(),
        backend.author(header),
        header.gasLimit(),
        header.difficulty(),
        header.difficulty().isZero() ? header.mixHash() : null,
        header.baseFeePerGas(),
        excess == null ? null : BlobGas.baseFee(excess),
        ancestorHashes(header));
  }

  /** Hashes of ancestors, walked back from the parent and remembered for the one execution. */
  private LongFunction<Bytes32> ancestorHashes(BlockHeader header) {
    return new LongFunction<>() {
      private final Map<Long, Bytes32> known = new HashMap<>();
      private long lowest = header.number() - 1;
      private Bytes32 lowestHash = header.parentHash();

      @Override
      public Bytes32 apply(long number) {
        known.putIfAbsent(lowest, lowestHash);
        while (lowest > number) {
          BlockHeader at = backend.header(lowestHash).orElse(null);
          if (at == null) {
            return Bytes32.ZERO;
          }
          lowest--;
          lowestHash = at.parentHash();
          known.put(lowest, lowestHash);
        }
        return known.getOrDefault(number, Bytes32.ZERO);
      }
    };
  }
}
