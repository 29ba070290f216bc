package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.BlobGas;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.ExecutionCancelledException;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.les.client.CallHints;
import io.lesnode.primitives.Account;
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
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * eth_call and eth_estimateGas, step for step as geth's DoCall and DoEstimateGas
 * (internal/ethapi/api.go), because their results and refusals depend on the order of the steps.
 */
final class CallMethods {
  private static final long TRANSACTION_GAS = 21_000;
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
  private final Duration timeout;

  CallMethods(EthBackend backend, long gasCap, Duration timeout) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
    this.executor =
        new CallExecutor(backend.chainConfig().chainId(), new CodeCache(CODE_CACHE_BYTES));
    this.gasCap = gasCap;
    this.timeout = timeout;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_call", this::call);
    methods.put("eth_estimateGas", this::estimateGas);
  }

  /**
   * A call that fails before its code runs because the gas does not even cover the intrinsic cost.
   */
  private static final class IntrinsicGasException extends Exception {
    IntrinsicGasException(String message) {
      super(message, null, false, false);
    }
  }

  /** What a call runs on: one block's rules and one state. */
  private record Ground(BlockHeader block, StateView state) {}

  private JsonNode call(Arguments args) {
    args.atMost(3);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1);
    StateOverrides overrides =
        args.has(2)
            ? args.decode(2, () -> StateOverrides.parse(args.required(2)))
            : StateOverrides.NONE;
    ExecutionResult result;
    try {
      result = execute(call, call.gas(), ground(selector), overrides, timeout);
    } catch (IntrinsicGasException tooLow) {
      throw new RpcException(String.valueOf(tooLow.getMessage()));
    }
    ExecutionFailure failure = result.failure();
    if (failure != null) {
      throw failed(failure);
    }
    return EthJson.data(result.returnData());
  }

  private static RpcException failed(ExecutionFailure failure) {
    if (failure instanceof ExecutionFailure.Revert(var data) && !data.isEmpty()) {
      String message =
          RevertReason.of(data)
              .map(reason -> "execution reverted: " + reason)
              .orElse("execution reverted");
      return new RpcException(RpcException.REVERTED, message, HexText.data(data));
    }
    return new RpcException(failure.message());
  }

  private Ground ground(BlockSelector selector) {
    return new Ground(blocks.existing(selector), backend.state(blocks.stateOwner(selector)));
  }

  /** One execution on a fresh copy of the state. */
  private ExecutionResult execute(
      CallArguments call,
      @Nullable Long gas,
      Ground ground,
      StateOverrides overrides,
      Duration limit)
      throws IntrinsicGasException {
    Message message = message(call, gas, ground.block().baseFeePerGas());
    BlockContext context = context(ground.block());
    CallHints hints =
        new CallHints(
            List.of(message.from(), context.coinbase()),
            message.to(),
            message.data(),
            message.accessList());
    Cancellation cancellation = new Cancellation();
    Future<?> alarm =
        limit.isZero()
            ? null
            : alarms.schedule(cancellation::cancel, limit.toNanos(), TimeUnit.NANOSECONDS);
    try {
      return ground
          .state()
          .execute(
              hints,
              reader -> {
                JournaledState state = new JournaledState(reader);
                overrides.apply(state);
                return executor.call(message, context, state, cancellation);
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
      throw new RpcException("execution aborted (timeout = " + limit.toSeconds() + "s)");
    } catch (MissingStateException missing) {
      throw new RpcException(String.valueOf(missing.getMessage()));
    } finally {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
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

  private BlockContext context(BlockHeader header) {
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

  // ---- estimation

  private JsonNode estimateGas(Arguments args) {
    args.atMost(2);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1, BlockSelector.Tag.PENDING);
    long ceiling = ceiling(call, selector);
    call.requireOnePricing();
    ceiling = affordable(call, selector, ceiling);
    if (gasCap != 0 && Long.compareUnsigned(ceiling, gasCap) > 0) {
      ceiling = gasCap;
    }
    return EthJson.quantity(search(call, ground(selector), ceiling));
  }

  /** The caller's own limit if it is one, else the block's. */
  private long ceiling(CallArguments call, BlockSelector selector) {
    Long gas = call.gas();
    if (gas != null && Long.compareUnsigned(gas, TRANSACTION_GAS) >= 0) {
      return gas;
    }
    return blocks
        .header(selector)
        .orElseThrow(() -> new RpcException("block not found"))
        .gasLimit();
  }

  /** The limit that the sender's balance can pay at the price it offers. */
  private long affordable(CallArguments call, BlockSelector selector, long ceiling) {
    UInt256 feeCap =
        call.gasPrice() != null ? orZero(call.gasPrice()) : orZero(call.maxFeePerGas());
    if (feeCap.isZero()) {
      return ceiling;
    }
    Account sender = ground(selector).state().reader().account(call.sender());
    UInt256 available = sender == null ? UInt256.ZERO : sender.balance();
    UInt256 value = call.value();
    if (value != null) {
      if (value.compareTo(available) >= 0) {
        throw new RpcException("insufficient funds for transfer");
      }
      available = available.subtract(value);
    }
    UInt256 allowance = available.divide(feeCap);
    if (allowance.bitLength() <= 64) {
      long gas = allowance.slice(24).toLong();
      if (Long.compareUnsigned(ceiling, gas) > 0) {
        return gas;
      }
    }
    return ceiling;
  }

  /** Halves the range between what surely fails and what may succeed. */
  private long search(CallArguments call, Ground ground, long ceiling) {
    long fails = TRANSACTION_GAS - 1;
    long succeeds = ceiling;
    while (Long.compareUnsigned(fails + 1, succeeds) < 0) {
      // geth adds unsigned and divides; both are far below 2^63 here unless the cap is off
      long middle = Long.divideUnsigned(fails + succeeds, 2);
      ExecutionResult result = attempt(call, middle, ground);
      if (result == null || !result.succeeded()) {
        fails = middle;
      } else {
        succeeds = middle;
      }
    }
    if (succeeds == ceiling) {
      ExecutionResult result = attempt(call, ceiling, ground);
      ExecutionFailure failure = result == null ? null : result.failure();
      if (result == null || isOutOfGas(failure)) {
        throw new RpcException(
            "gas required exceeds allowance (" + Long.toUnsignedString(ceiling) + ")");
      }
      if (failure != null) {
        throw failed(failure);
      }
    }
    return succeeds;
  }

  private static boolean isOutOfGas(@Nullable ExecutionFailure failure) {
    return failure instanceof ExecutionFailure.Halt halt
        && halt.kind() == ExecutionFailure.Kind.OUT_OF_GAS;
  }

  /** One try with a limit; null when the limit does not cover the intrinsic cost. */
  private @Nullable ExecutionResult attempt(CallArguments call, long gas, Ground ground) {
    try {
      return execute(call, gas, ground, StateOverrides.NONE, Duration.ZERO);
    } catch (IntrinsicGasException tooLow) {
      return null;
    }
  }
}
