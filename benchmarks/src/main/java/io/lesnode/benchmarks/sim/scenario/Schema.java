package io.lesnode.benchmarks.sim.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every field of a scenario with its unit, default and bounds: what the reader obeys, {@code les
 * sim schema} prints and docs/simulator.md holds. Immutable.
 *
 * <p>A section whose kinds have their own fields, such as {@code arrival}, has a row for each kind
 * as {@code arrival.bursty}.
 */
public final class Schema {

  /** What a value is, and how a whole number is made of it and written. */
  @SuppressWarnings("ImmutableEnumChecker") // the functions are references to static methods
  enum Kind {
    TIME("time", Quantities::nanos, Quantities::nanosText),
    COUNT("number", Quantities::count, n -> Long.toString(n)),
    PERCENT("percent", Quantities::percent, n -> n + "%"),
    SHARE("percent", Quantities::ppm, Quantities::ppmText),
    NUMBER("decimal", Quantities::permille, Quantities::permilleText),
    BANDWIDTH("bandwidth", Quantities::bytesPerSecond, Quantities::bytesText),
    RATE("rate", null, null),
    MONEY("money", null, null),
    CAPACITY("capacity", null, null),
    FLAG("true/false", null, null),
    TEXT("text", null, null),
    MIX("mix", null, null),
    WORD("word", null, null),
    SECTION("fields", null, null);

    final String title;
    private final @Nullable Function<String, Long> reader;
    private final @Nullable Function<Long, String> writer;

    Kind(
        String title,
        @Nullable Function<String, Long> reader,
        @Nullable Function<Long, String> writer) {
      this.title = title;
      this.reader = reader;
      this.writer = writer;
    }

    long read(String text) {
      if (reader == null) {
        throw new IllegalStateException(this + " is no number");
      }
      return reader.apply(text);
    }

    String write(long value) {
      if (writer == null) {
        throw new IllegalStateException(this + " is no number");
      }
      return writer.apply(value);
    }
  }

  /**
   * One field.
   *
   * @param section it belongs to
   * @param name in the file
   * @param kind what it is
   * @param fallback what it is where it is absent; empty: it may be absent and has no text; null:
   *     it must be there
   * @param least smallest value, if it is a number
   * @param most largest value, if it is a number
   * @param meaning one sentence
   */
  record Field(
      String section,
      String name,
      Kind kind,
      @Nullable String fallback,
      String least,
      String most,
      String meaning) {}

  private static final Schema INSTANCE = new Schema();

  private final Map<String, Map<String, Field>> sections = new LinkedHashMap<>();
  private String section = "";

  private Schema() {
    whole();
    server();
    network();
    SchemaGroups.declare(this);
  }

  private void whole() {
    in("scenario");
    add("name", Kind.WORD, "", "the name in reports; the file's name where absent");
    add("description", Kind.TEXT, "", "what it shows");
    add("seed", Kind.COUNT, "1", "0", "9223372036854775807", "of every random draw");
    add("duration", Kind.TIME, null, "1ms", "30d", "how long is simulated");
    add("sample", Kind.TIME, "", "1ms", "30d", "the step of series; 1/240 of the duration");
    add("warmup", Kind.TIME, "0s", "0s", "30d", "what comes before is not in the summary");
    add("server", Kind.SECTION, "", "the server");
    add("network", Kind.SECTION, "", "the way between clients and server");
    add("vip", Kind.SECTION, "", "how the server sells priority; absent: it does not");
    add("groups", Kind.SECTION, null, "clients: a name and the fields of 'group' for each");
    add("expect", Kind.SECTION, "", "figures and their bounds, as 'group/key: {least, most}'");
    add("sweep", Kind.SECTION, "", "paths and their values, for 'les sim sweep'");
  }

  private void server() {
    in("server");
    add("serve", Kind.PERCENT, "50%", "1%", "10000%", "of one thread, spent on serving");
    add("clients", Kind.COUNT, "100", "1", "100000", "most light clients at once");
    add("threads", Kind.COUNT, "", "1", "1024", "serving threads; as geth: 4 per 100%, at least 4");
    add("ingress", Kind.BANDWIDTH, "none", "none", "1000GB/s", "that requests are priced by");
    add("egress", Kind.BANDWIDTH, "none", "none", "1000GB/s", "that answers are priced by");
    add("free-floor", Kind.PERCENT, "0%", "0%", "100%", "kept for those who do not pay");
    add("free-address-bits", Kind.COUNT, "32", "1", "32", "of an IPv4 address that name a client");
    add(
        "bonus",
        Kind.WORD,
        "tenth",
        "what is given beyond promises: tenth (all, once a tenth of it is used, as geth), all, none");
    add("costs", Kind.SECTION, "", "what requests cost");
    add("blocks", Kind.SECTION, "", "imports during which fewer threads serve");
    add("pool", Kind.SECTION, "", "how clients are chosen");
    in("costs");
    add(
        "promised",
        Kind.WORD,
        "geth",
        "serving times that costs are made from: geth,"
            + " a file of 'les benchmark-server --json', or fields by kind of request");
    add("real", Kind.WORD, "geth", "how long serving takes: geth, promised, a file or fields");
    add(
        "spread",
        Kind.WORD,
        "exact",
        "of times: exact, uniform (0 to twice), at-once (uniform, without delay), log-normal");
    add("sigma", Kind.NUMBER, "0.5", "0.001", "3", "of the logarithm, where log-normal");
    in("cost");
    add("base", Kind.TIME, "0s", "0s", "60s", "for a request");
    add("item", Kind.TIME, null, "1ns", "60s", "for each item of it");
    in("blocks");
    add("every", Kind.TIME, "15s", "1ms", "1d", "distance of two blocks");
    add("for", Kind.TIME, "200ms", "1us", "1d", "an import takes; less than the distance");
    add("random", Kind.FLAG, "false", "whether distances are exponentially distributed");
    in("pool");
    add("bias", Kind.TIME, "3m", "0s", "1d", "for which a client is favoured over a newcomer");
    add("positive-expiry", Kind.TIME, "0s", "0s", "3650d", "tokens fall by e in it; 0s: never");
    add("negative-expiry", Kind.TIME, "1h", "0s", "3650d", "the same for free service");
    add("positive", Kind.SECTION, "", "what service costs those who have tokens");
    add("negative", Kind.SECTION, "", "what it counts for those who have none");
    in("factors");
    add("time", Kind.NUMBER, "0", "0", "1000000", "units per nanosecond");
    add("capacity", Kind.NUMBER, "1", "0", "1000000", "units per nanosecond and 10^6 of capacity");
    add("request", Kind.NUMBER, "1", "0", "1000000", "units per unit of cost");
  }

  private void network() {
    in("network");
    add("latency", Kind.TIME, "20ms", "0s", "60s", "one way");
    add("jitter", Kind.TIME, "5ms", "0s", "60s", "at most, added to it");
    add("loss", Kind.SHARE, "0%", "0%", "50%", "of segments; each comes later");
    add("retransmit", Kind.TIME, "200ms", "0s", "60s", "how much later");
    add("up", Kind.BANDWIDTH, "none", "none", "1000GB/s", "from the client");
    add("down", Kind.BANDWIDTH, "none", "none", "1000GB/s", "to the client");
  }

  void in(String name) {
    section = name;
    sections.putIfAbsent(name, new LinkedHashMap<>());
  }

  void add(String name, Kind kind, @Nullable String fallback, String meaning) {
    add(name, kind, fallback, "", "", meaning);
  }

  void add(
      String name, Kind kind, @Nullable String fallback, String least, String most, String text) {
    sections
        .computeIfAbsent(section, s -> new LinkedHashMap<>())
        .put(name, new Field(section, name, kind, fallback, least, most, text));
  }

  /** The fields of a section by name, in their order; empty if there is no such section. */
  static Map<String, Field> fields(String section) {
    return INSTANCE.sections.getOrDefault(section, Map.of());
  }

  /** A field that there is. */
  static Field field(String section, String name) {
    return Optional.ofNullable(fields(section).get(name))
        .orElseThrow(() -> new IllegalStateException("no field " + section + " " + name));
  }

  /** The kinds of a section that has some, for example of {@code arrival}. */
  static List<String> kinds(String section) {
    String prefix = section + ".";
    return INSTANCE.sections.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /** The table of all fields as markdown lines. */
  public static List<String> markdown() {
    List<String> lines = new ArrayList<>();
    lines.add("| section | field | is | default | bounds | meaning |");
    lines.add("|---|---|---|---|---|---|");
    for (Map.Entry<String, Map<String, Field>> section : INSTANCE.sections.entrySet()) {
      if (section.getValue().isEmpty()) {
        lines.add("| " + section.getKey() + " | | | | | no fields |");
      }
      for (Field field : section.getValue().values()) {
        String fallback = field.fallback();
        String bounds = field.least().isEmpty() ? "" : field.least() + " to " + field.most();
        lines.add(
            "| %s | `%s` | %s | %s | %s | %s |"
                .formatted(
                    field.section(),
                    field.name(),
                    field.kind().title,
                    fallback == null ? "**needed**" : fallback,
                    bounds,
                    field.meaning()));
      }
    }
    return lines;
  }
}
