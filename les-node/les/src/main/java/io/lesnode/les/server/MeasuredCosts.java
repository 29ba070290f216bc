package io.lesnode.les.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What requests cost on one machine and chain, fitted to measurements; can take the place of geth's
 * built-in base costs. Immutable.
 *
 * <p>Each kind is measured with several amounts n. Its cost is the line {@code base + perItem · n},
 * with neither part negative, that makes the sum of the squared <i>relative</i> errors least, so
 * that a single item counts as much as a full request. Of CHT and bloom proofs, which share a kind,
 * the dearer one counts. A kind that could not be measured keeps geth's figures.
 *
 * <p>A measurement never makes a request free or unpayable: what {@link #toBaseCosts} gives is
 * between a hundredth and a hundred times geth's figures.
 *
 * @param machine processors, architecture and operating system
 * @param jdk the Java runtime
 * @param time when it was measured
 * @param headNumber the head of the chain then
 * @param headHash its hash
 * @param averageTimeNanos what was measured, by kind; kinds may be missing
 * @param runs the measurements
 */
public record MeasuredCosts(
    String machine,
    String jdk,
    Instant time,
    long headNumber,
    Bytes32 headHash,
    Map<RequestKind, RequestCost> averageTimeNanos,
    List<Run> runs) {

  /** The usual name of the file in a data directory. */
  public static final String FILE_NAME = "benchmark.json";

  private static final int VERSION = 1;
  private static final long MAX_FILE_BYTES = 1 << 20;
  private static final long BOUND_FACTOR = 100;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** One measurement. */
  public record Run(BenchmarkSetup setup, BenchmarkResult result) {}

  /** The file of measured costs is missing or not what we wrote; the message says what to do. */
  public static final class UnusableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableException(String message) {
      super(message);
    }

    UnusableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** Copies the collections. */
  public MeasuredCosts {
    averageTimeNanos = Map.copyOf(averageTimeNanos);
    runs = List.copyOf(runs);
  }

  /** What is measured for a complete picture: each type with a few amounts. */
  public static List<BenchmarkSetup> plan() {
    List<BenchmarkSetup> setups = new ArrayList<>();
    for (BenchmarkSetup.Type type : BenchmarkSetup.Type.values()) {
      for (int amount : amounts(type.kind())) {
        setups.add(new BenchmarkSetup(type, amount, 0, false, false));
      }
    }
    return setups;
  }

  private static int[] amounts(RequestKind kind) {
    return switch (kind) {
      case HEADERS -> new int[] {1, 16, 64, 192};
      case BODIES -> new int[] {1, 8, 32};
      case RECEIPTS -> new int[] {1, 16, 128};
      case CODE, PROOFS, HELPER_TRIE_PROOFS -> new int[] {1, 16, 64};
      case SEND_TX -> new int[] {1, 8};
      case TX_STATUS -> new int[] {1, 64, 256};
    };
  }

  /**
   * Measures all kinds.
   *
   * @param passes see {@link RequestBenchmark#run}
   * @param targetNanos see {@link RequestBenchmark#run}
   * @param now the time to store
   */
  public static MeasuredCosts measure(
      RequestBenchmark benchmark,
      int passes,
      long targetNanos,
      RequestBenchmark.Progress progress,
      BooleanSupplier isCancelled,
      Instant now) {
    ServedHead head = benchmark.head();
    List<BenchmarkSetup> setups = plan();
    List<BenchmarkResult> results =
        benchmark.run(setups, passes, targetNanos, progress, isCancelled);
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < setups.size(); i++) {
      runs.add(new Run(setups.get(i), results.get(i)));
    }
    return of(runs, now, head.header().number(), head.header().hash());
  }

  /** The fit of measurements that were made here and now. */
  static MeasuredCosts of(List<Run> runs, Instant now, long headNumber, Bytes32 headHash) {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (BenchmarkSetup.Type type : BenchmarkSetup.Type.values()) {
      CostFit fit = new CostFit();
      for (Run run : runs) {
        if (run.setup().type() == type && run.result() instanceof BenchmarkResult.Measured m) {
          fit.add(run.setup().amount(), m.avgTimeNanos());
        }
      }
      fit.line().ifPresent(cost -> costs.merge(type.kind(), cost, MeasuredCosts::dearer));
    }
    return new MeasuredCosts(machineText(), jdkText(), now, headNumber, headHash, costs, runs);
  }

  private static RequestCost dearer(RequestCost a, RequestCost b) {
    return new RequestCost(Math.max(a.base(), b.base()), Math.max(a.perItem(), b.perItem()));
  }

  private static String machineText() {
    return Runtime.getRuntime().availableProcessors()
        + " processors, "
        + System.getProperty("os.arch")
        + ", "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version");
  }

  private static String jdkText() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  /** Base costs for a server: the measured ones within their bounds, else geth's. */
  public BaseCosts toBaseCosts() {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      RequestCost geth = kind.averageTimeNanos();
      RequestCost measured = averageTimeNanos.getOrDefault(kind, geth);
      costs.put(
          kind,
          new RequestCost(
              Math.clamp(
                  measured.base(),
                  geth.base() / BOUND_FACTOR,
                  Math.max(geth.base(), geth.perItem()) * BOUND_FACTOR),
              Math.clamp(
                  measured.perItem(),
                  geth.perItem() / BOUND_FACTOR,
                  geth.perItem() * BOUND_FACTOR)));
    }
    return new BaseCosts(costs);
  }

  /**
   * Writes the file; whoever reads it sees the old or the new one.
   *
   * @throws IOException if it cannot be written
   */
  public void store(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path next = Files.createTempFile(directory, FILE_NAME, ".tmp");
    try {
      try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(toJson().toPrettyString() + "\n");
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(next);
    }
  }

  private ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION)
        .put("machine", machine)
        .put("jdk", jdk)
        .put("time", time.toString())
        .put("headNumber", headNumber)
        .put("headHash", headHash.toHexString());
    ObjectNode costs = root.putObject("averageTimeNanos");
    for (RequestKind kind : RequestKind.all()) {
      RequestCost cost = averageTimeNanos.get(kind);
      if (cost != null) {
        costs.putObject(nameOf(kind)).put("base", cost.base()).put("perItem", cost.perItem());
      }
    }
    var list = root.putArray("runs");
    for (Run run : runs) {
      BenchmarkSetup setup = run.setup();
      ObjectNode line =
          list.addObject()
              .put("type", setup.type().text())
              .put("amount", setup.amount())
              .put("skip", setup.skip())
              .put("byHash", setup.byHash())
              .put("reverse", setup.reverse());
      switch (run.result()) {
        case BenchmarkResult.Failed failed -> line.put("error", failed.error());
        case BenchmarkResult.Measured measured ->
            line.put("totalCount", measured.totalCount())
                .put("avgTimeNanos", measured.avgTimeNanos())
                .put("maxInSizeBytes", measured.maxInSizeBytes())
                .put("maxOutSizeBytes", measured.maxOutSizeBytes());
      }
    }
    return root;
  }

  /**
   * Reads a file.
   *
   * @return empty if there is none
   * @throws UnusableException if it cannot be read, is damaged, or of a newer version
   */
  public static Optional<MeasuredCosts> load(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw unusable(file, "is larger than " + MAX_FILE_BYTES + " bytes", null);
      }
      return Optional.of(parse(JSON.readTree(Files.readString(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw unusable(file, "is not JSON", e);
    } catch (IOException e) {
      throw unusable(file, "cannot be read", e);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      throw unusable(file, "is damaged: " + e.getMessage(), e);
    }
  }

  private static UnusableException unusable(Path file, String why, @Nullable Throwable cause) {
    String message =
        "the measured costs in "
            + file
            + " cannot be used: the file "
            + why
            + "; measure again with benchmark-server, or serve with default costs";
    return cause == null ? new UnusableException(message) : new UnusableException(message, cause);
  }

  private static MeasuredCosts parse(JsonNode root) {
    long version = integer(root, "version");
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "version " + version + " where this program knows " + VERSION);
    }
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      JsonNode cost = root.path("averageTimeNanos").path(nameOf(kind));
      if (!cost.isMissingNode()) {
        costs.put(kind, new RequestCost(integer(cost, "base"), integer(cost, "perItem")));
      }
    }
    List<Run> runs = new ArrayList<>();
    for (JsonNode line : root.path("runs")) {
      runs.add(new Run(setup(line), result(line)));
    }
    return new MeasuredCosts(
        text(root, "machine"),
        text(root, "jdk"),
        Instant.parse(text(root, "time")),
        integer(root, "headNumber"),
        Bytes32.fromHexStringStrict(text(root, "headHash")),
        costs,
        runs);
  }

  private static BenchmarkSetup setup(JsonNode line) {
    String type = text(line, "type");
    return new BenchmarkSetup(
        BenchmarkSetup.Type.ofText(type)
            .orElseThrow(() -> new IllegalArgumentException("unknown type " + type)),
        Math.toIntExact(integer(line, "amount")),
        Math.toIntExact(integer(line, "skip")),
        line.path("byHash").asBoolean(),
        line.path("reverse").asBoolean());
  }

  private static BenchmarkResult result(JsonNode line) {
    return line.has("error")
        ? new BenchmarkResult.Failed(text(line, "error"))
        : new BenchmarkResult.Measured(
            integer(line, "totalCount"),
            integer(line, "avgTimeNanos"),
            Math.toIntExact(integer(line, "maxInSizeBytes")),
            Math.toIntExact(integer(line, "maxOutSizeBytes")));
  }

  private static long integer(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw new IllegalArgumentException(field + " is not a number");
    }
    return value.longValue();
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(field + " is not a text");
    }
    return value.textValue();
  }

  private static String nameOf(RequestKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
