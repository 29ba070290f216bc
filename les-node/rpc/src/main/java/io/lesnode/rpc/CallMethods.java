package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.ExecutionFailure;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.precompile.Precompiles;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.rpc.CallRunner.Ground;
import io.lesnode.rpc.CallRunner.IntrinsicGasException;
import io.lesnode.rpc.CallRunner.Way;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * eth_call, eth_estimateGas and eth_createAccessList, step for step as geth's DoCall, DoEstimateGas
 * and AccessList (internal/ethapi/api.go), because their results and refusals depend on the order
 * of the steps. Overrides of the block, and overrides for estimates, are those of later geth
 * versions.
 *
 * <p>Differs from geth: eth_createAccessList asks for no balance unless the caller offers a fee;
 * v1.10.26 makes up a fee for the whole gas cap first, which few accounts can pay
 * (CallMethodsTest).
 */
final class CallMethods {
  private static final long TRANSACTION_GAS = 21_000;

  /** An access list changes what code can see only by its gas: two rounds are usual. */
  private static final int MAX_ACCESS_ROUNDS = 16;

  private final EthBackend backend;
  private final BlockLookup blocks;
  private final CallRunner runner;
  private final long gasCap;
  private final Duration timeout;

  CallMethods(EthBackend backend, CallRunner runner, long gasCap, Duration timeout) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
    this.runner = runner;
    this.gasCap = gasCap;
    this.timeout = timeout;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_call", this::call);
    methods.put("eth_estimateGas", this::estimateGas);
    methods.put("eth_createAccessList", this::createAccessList);
  }

  private JsonNode call(Arguments args) {
    args.atMost(4);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1);
    Way way = new Way(call.gas(), stateOverrides(args, 2), blockOverrides(args, 3), timeout, null);
    ExecutionResult result = run(call, runner.ground(selector), way);
    ExecutionFailure failure = result.failure();
    if (failure != null) {
      throw failed(failure);
    }
    return EthJson.data(result.returnData());
  }

  private ExecutionResult run(CallArguments call, Ground ground, Way way) {
    try {
      return runner.run(call, ground, way);
    } catch (IntrinsicGasException tooLow) {
      throw new RpcException(String.valueOf(tooLow.getMessage()));
    }
  }

  private static StateOverrides stateOverrides(Arguments args, int index) {
    return args.has(index)
        ? args.decode(index, () -> StateOverrides.parse(args.required(index)))
        : StateOverrides.NONE;
  }

  private static BlockOverrides blockOverrides(Arguments args, int index) {
    return args.has(index)
        ? args.decode(index, () -> BlockOverrides.parse(args.required(index)))
        : BlockOverrides.NONE;
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

  private static UInt256 orZero(@Nullable UInt256 value) {
    return value == null ? UInt256.ZERO : value;
  }

  // ---- access lists

  private JsonNode createAccessList(Arguments args) {
    args.atMost(2);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1, BlockSelector.Tag.PENDING);
    call.requireOnePricing();
    Ground ground = runner.ground(selector);
    Address to = call.to();
    Address target =
        to != null
            ? to
            : EthJson.createdAddress(call.sender(), backend.pendingNonce(call.sender()));
    List<Address> precompiles = Precompiles.of(runner.context(ground.block()).fork()).addresses();
    AccessListTracer before =
        new AccessListTracer(call.accessList(), call.sender(), target, precompiles);
    for (int round = 0; round < MAX_ACCESS_ROUNDS; round++) {
      List<AccessListEntry> list = before.accessList();
      AtomicReference<AccessListTracer> last = new AtomicReference<>(before);
      Way way =
          new Way(
              call.gas(),
              StateOverrides.NONE,
              BlockOverrides.NONE,
              timeout,
              () -> {
                last.set(new AccessListTracer(list, call.sender(), target, precompiles));
                return last.get();
              });
      ExecutionResult result = run(call.withAccessList(list), ground, way);
      AccessListTracer after = Objects.requireNonNull(last.get());
      if (after.sameAs(before)) {
        return accessList(list, result);
      }
      before = after;
    }
    throw new RpcException("the access list of this call depends on itself; it has no end");
  }

  private static JsonNode accessList(List<AccessListEntry> list, ExecutionResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("accessList", EthJson.accessList(list));
    ExecutionFailure failure = result.failure();
    if (failure != null) {
      json.put("error", failure.message());
    }
    json.set("gasUsed", EthJson.quantity(result.gasUsed()));
    return json;
  }

  // ---- estimation

  private JsonNode estimateGas(Arguments args) {
    args.atMost(4);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1, BlockSelector.Tag.PENDING);
    long ceiling = ceiling(call, selector);
    call.requireOnePricing();
    ceiling = affordable(call, selector, ceiling);
    if (gasCap != 0 && Long.compareUnsigned(ceiling, gasCap) > 0) {
      ceiling = gasCap;
    }
    Way way = new Way(null, stateOverrides(args, 2), blockOverrides(args, 3), Duration.ZERO, null);
    return EthJson.quantity(search(call, runner.ground(selector), ceiling, way));
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
    Account sender = runner.ground(selector).state().reader().account(call.sender());
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
  private long search(CallArguments call, Ground ground, long ceiling, Way way) {
    long fails = TRANSACTION_GAS - 1;
    long succeeds = ceiling;
    while (Long.compareUnsigned(fails + 1, succeeds) < 0) {
      // geth adds unsigned and divides; both are far below 2^63 here unless the cap is off
      long middle = Long.divideUnsigned(fails + succeeds, 2);
      ExecutionResult result = attempt(call, middle, ground, way);
      if (result == null || !result.succeeded()) {
        fails = middle;
      } else {
        succeeds = middle;
      }
    }
    if (succeeds == ceiling) {
      ExecutionResult result = attempt(call, ceiling, ground, way);
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
  private @Nullable ExecutionResult attempt(CallArguments call, long gas, Ground ground, Way way) {
    try {
      return runner.run(
          call, ground, new Way(gas, way.state(), way.block(), way.limit(), way.tracing()));
    } catch (IntrinsicGasException tooLow) {
      return null;
    }
  }
}
