package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.TransactionExecutor;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.interpreter.ExecutionCancelledException;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.CallHints;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.rpc.CallRunner.IntrinsicGasException;
import io.lesnode.rpc.CallRunner.Way;
import io.lesnode.rpc.HexText.BadHex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The {@code debug} methods that make sense on any verified state: raw encodings, and traces with
 * the struct logger (eth/tracers/api.go). A transaction is traced after running those before it in
 * its block on the state of the parent. Thread-safe.
 */
final class DebugMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** geth's defaultTraceTimeout is 5 s; states of a light client come over the network. */
  private static final Duration TRACE_LIMIT = Duration.ofSeconds(30);

  private static final long CODE_CACHE_BYTES = 8 << 20;

  private final EthBackend backend;
  private final BlockLookup blocks;
  private final CallRunner runner;
  private final TransactionExecutor executor;

  DebugMethods(EthBackend backend, CallRunner runner) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
    this.runner = runner;
    this.executor =
        new TransactionExecutor(
            backend.chainConfig().chainId(),
            new CodeCache(CODE_CACHE_BYTES),
            number -> true); // the block was checked: whatever is bound to the chain may be
  }

  void registerForOperator(Map<String, RpcMethod> methods) {
    methods.put("debug_getRawHeader", args -> EthJson.data(header(args).encoded()));
    methods.put("debug_getRawBlock", args -> EthJson.data(block(args).encoded()));
    methods.put("debug_getRawReceipts", this::rawReceipts);
    methods.put("debug_getRawTransaction", args -> rawTransaction(args.atMost(1).hash(0)));
    methods.put("debug_getHeaderRlp", args -> EthJson.data(numbered(args).encoded()));
    methods.put("debug_getBlockRlp", args -> EthJson.data(body(numbered(args)).encoded()));
    methods.put("debug_traceCall", this::traceCall);
    methods.put("debug_traceTransaction", this::traceTransaction);
    methods.put("debug_traceBlockByNumber", this::traceBlock);
    methods.put("debug_traceBlockByHash", this::traceBlock);
  }

  // ---- raw encodings

  private BlockHeader header(Arguments args) {
    return blocks.existing(args.atMost(1).block(0));
  }

  private Block block(Arguments args) {
    return body(header(args));
  }

  private Block body(BlockHeader header) {
    return backend.block(header).orElseThrow(() -> new RpcException("block body is missing"));
  }

  /** geth's older methods take a plain number. */
  private BlockHeader numbered(Arguments args) {
    long number = args.atMost(1).integer(0);
    return backend
        .header(number)
        .orElseThrow(() -> new RpcException("header #" + number + " not found"));
  }

  private JsonNode rawReceipts(Arguments args) {
    List<Receipt> receipts =
        backend
            .receipts(header(args))
            .orElseThrow(() -> new RpcException("receipts of the block are not available"));
    ArrayNode json = JSON.arrayNode();
    receipts.forEach(receipt -> json.add(EthJson.data(receipt.encoded())));
    return json;
  }

  private JsonNode rawTransaction(Bytes32 hash) {
    Optional<Transaction> mined =
        backend.mined(hash).map(at -> body(at.header()).body().transactions().get(at.index()));
    return EthJson.data(
        mined.or(() -> backend.pooled(hash)).map(Transaction::encoded).orElse(Bytes.EMPTY));
  }

  // ---- traces

  private JsonNode traceCall(Arguments args) {
    args.atMost(3);
    CallArguments call = args.decode(0, () -> CallArguments.parse(args.required(0)));
    BlockSelector selector = args.block(1);
    if (selector == BlockSelector.Tag.PENDING) {
      throw new RpcException("tracing on top of pending is not supported");
    }
    JsonNode config = config(args, 2);
    StructTracer.Options options = options(config);
    AtomicReference<StructTracer> tracer = new AtomicReference<>(new StructTracer(options));
    Way way =
        new Way(
            call.gas(),
            args.decode(2, () -> stateOverrides(config)),
            args.decode(2, () -> blockOverrides(config)),
            TRACE_LIMIT,
            () -> {
              tracer.set(new StructTracer(options));
              return tracer.get();
            });
    try {
      ExecutionResult result = runner.run(call, runner.ground(selector), way);
      return Objects.requireNonNull(tracer.get()).result(result);
    } catch (IntrinsicGasException tooLow) {
      throw new RpcException("tracing failed: " + tooLow.getMessage());
    }
  }

  private static StateOverrides stateOverrides(JsonNode config) throws BadHex {
    JsonNode overrides = config.path("stateOverrides");
    return overrides.isObject() ? StateOverrides.parse(overrides) : StateOverrides.NONE;
  }

  private static BlockOverrides blockOverrides(JsonNode config) throws BadHex {
    JsonNode overrides = config.path("blockOverrides");
    return overrides.isObject() ? BlockOverrides.parse(overrides) : BlockOverrides.NONE;
  }

  private static JsonNode config(Arguments args, int index) {
    return args.has(index) ? args.object(index) : JSON.objectNode();
  }

  private static StructTracer.Options options(JsonNode config) {
    String tracer = config.path("tracer").asText("");
    if (!tracer.isEmpty()) {
      throw new RpcException(
          "tracer not found: "
              + RpcDispatcher.printable(tracer)
              + "; there is only the struct logger");
    }
    return new StructTracer.Options(
        config.path("enableMemory").asBoolean(false),
        !config.path("disableStack").asBoolean(false),
        !config.path("disableStorage").asBoolean(false),
        Math.max(0, config.path("limit").asLong(0)));
  }

  private JsonNode traceTransaction(Arguments args) {
    Bytes32 hash = args.atMost(2).hash(0);
    StructTracer.Options options = options(config(args, 1));
    EthBackend.Mined mined =
        backend.mined(hash).orElseThrow(() -> new RpcException("transaction not found"));
    return trace(body(mined.header()), mined.index(), mined.index(), options).getFirst();
  }

  private JsonNode traceBlock(Arguments args) {
    BlockHeader header = blocks.existing(args.atMost(2).block(0));
    StructTracer.Options options = options(config(args, 1));
    if (header.number() == 0) {
      throw new RpcException("genesis is not traceable");
    }
    Block block = body(header);
    ArrayNode json = JSON.arrayNode();
    for (ObjectNode trace : trace(block, 0, block.body().transactions().size() - 1, options)) {
      json.addObject().set("result", trace);
    }
    return json;
  }

  /** Runs the transactions of a block up to {@code last} and traces them from {@code first} on. */
  private List<ObjectNode> trace(Block block, int first, int last, StructTracer.Options options) {
    BlockHeader parent =
        backend
            .header(block.header().parentHash())
            .orElseThrow(
                () -> new RpcException("parent " + block.header().parentHash() + " not found"));
    BlockContext context = runner.context(block.header());
    Cancellation cancellation = new Cancellation();
    Future<?> alarm = runner.alarm(cancellation, TRACE_LIMIT);
    try {
      return backend
          .state(parent)
          .execute(
              CallHints.NONE,
              state -> traced(block, context, state, first, last, options, cancellation));
    } catch (TransactionRejectedException refused) {
      throw new RpcException("tracing failed: " + refused.getMessage());
    } catch (ExecutionCancelledException tooLong) {
      throw new RpcException("execution timeout");
    } finally {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }
  }

  private List<ObjectNode> traced(
      Block block,
      BlockContext context,
      StateReader reader,
      int first,
      int last,
      StructTracer.Options options,
      Cancellation cancellation)
      throws TransactionRejectedException {
    JournaledState state = new JournaledState(reader);
    List<ObjectNode> traces = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      Transaction transaction = block.body().transactions().get(i);
      StructTracer tracer = i < first ? null : new StructTracer(options);
      ExecutionResult result =
          executor.execute(transaction, context, state, -1L, cancellation, tracer);
      if (tracer != null) {
        traces.add(tracer.result(result));
      }
    }
    return traces;
  }
}
