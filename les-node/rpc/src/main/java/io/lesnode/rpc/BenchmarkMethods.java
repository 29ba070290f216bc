package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.les.server.BenchmarkResult;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.MeasuredCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@code les_benchmark} with geth's parameters and results (les/api.go), and {@code
 * les_measureCosts}, which {@code les benchmark-server} calls. Thread-safe.
 *
 * <p>Differs from geth: a field of a setup with a wrong type or value is refused instead of
 * replaced by its default, and the whole run is bounded (BenchmarkMethodsTest).
 */
final class BenchmarkMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_SETUPS = 100;
  private static final int MAX_PASSES = 1000;

  /** The most that one call may take: setups times passes times length. */
  private static final long MAX_TOTAL_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final NodeBackend node;

  BenchmarkMethods(NodeBackend node) {
    this.node = node;
  }

  void registerForOperator(Map<String, RpcMethod> methods) {
    methods.put("les_benchmark", this::benchmark);
    methods.put("les_measureCosts", this::measureCosts);
  }

  private JsonNode benchmark(Arguments args) {
    List<BenchmarkSetup> setups = setups(args.atMost(3).required(0));
    int passes = passes(args, 1);
    long targetNanos = lengthNanos(args, 2, passes, setups.size());
    List<BenchmarkResult> results = backend().run(setups, passes, targetNanos);
    ArrayNode json = JSON.arrayNode();
    results.forEach(result -> json.add(result(result)));
    return json;
  }

  private JsonNode measureCosts(Arguments args) {
    int passes = passes(args.atMost(2), 0);
    long targetNanos = lengthNanos(args, 1, passes, MeasuredCosts.plan().size());
    return MeasuredCostsJson.of(backend().measure(passes, targetNanos));
  }

  private ServerBenchmark backend() {
    return node.benchmark().orElseThrow(() -> new RpcException("light clients are not served"));
  }

  private static int passes(Arguments args, int index) {
    long passes = args.integer(index);
    if (passes < 1 || passes > MAX_PASSES) {
      throw Arguments.invalid(index, "passes are 1 to " + MAX_PASSES + ", not " + passes);
    }
    return (int) passes;
  }

  private static long lengthNanos(Arguments args, int index, int passes, int setups) {
    long millis = args.integer(index);
    if (millis < 0 || millis > MAX_TOTAL_MILLIS / Math.max(1, (long) passes * setups)) {
      throw Arguments.invalid(
          index,
          "the length is in milliseconds and at most an hour for all setups and passes, not "
              + millis);
    }
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static List<BenchmarkSetup> setups(JsonNode list) {
    if (!list.isArray()) {
      throw Arguments.invalid(0, Arguments.cannotUnmarshal(list, "[]map[string]interface {}"));
    }
    if (list.size() > MAX_SETUPS) {
      throw Arguments.invalid(0, "too many setups, want at most " + MAX_SETUPS);
    }
    List<BenchmarkSetup> setups = new ArrayList<>();
    list.forEach(item -> setups.add(setup(item)));
    return setups;
  }

  private static BenchmarkSetup setup(JsonNode item) {
    BenchmarkSetup.Type type =
        BenchmarkSetup.Type.ofText(item.path("type").asText(""))
            .orElseThrow(() -> new RpcException("unknown benchmark type"));
    try {
      return new BenchmarkSetup(
          type,
          number(item, "amount"),
          number(item, "skip"),
          flag(item, "byHash"),
          flag(item, "reverse"));
    } catch (IllegalArgumentException outOfRange) {
      throw Arguments.invalid(0, String.valueOf(outOfRange.getMessage()));
    }
  }

  /** geth's default for both numbers is 1. */
  private static int number(JsonNode item, String name) {
    JsonNode value = item.path(name);
    if (value.isMissingNode()) {
      return 1;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(name + " must be a whole number");
    }
    return value.intValue();
  }

  private static boolean flag(JsonNode item, String name) {
    JsonNode value = item.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new IllegalArgumentException(name + " must be true or false");
    }
    return value.asBoolean(false);
  }

  static ObjectNode result(BenchmarkResult result) {
    ObjectNode json = JSON.objectNode();
    switch (result) {
      case BenchmarkResult.Failed failed -> json.put("error", failed.error());
      case BenchmarkResult.Measured measured -> {
        json.put("totalCount", measured.totalCount());
        json.put("avgTime", measured.avgTimeNanos());
        json.put("maxInSize", measured.maxInSizeBytes());
        json.put("maxOutSize", measured.maxOutSizeBytes());
      }
    }
    return json;
  }
}
