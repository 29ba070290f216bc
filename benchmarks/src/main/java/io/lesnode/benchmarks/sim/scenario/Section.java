package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.app.config.NearestName;
import io.lesnode.benchmarks.sim.scenario.Schema.Field;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** The fields of a piece of a file, read as the schema says; immutable. */
final class Section {
  private final String section;
  private final String where;
  private final Map<String, YamlNode> fields;

  private Section(String section, String where, Map<String, YamlNode> fields) {
    this.section = section;
    this.where = where;
    this.fields = fields;
  }

  /**
   * A section.
   *
   * @throws ScenarioException if it is no set of fields, or has one that the schema does not know
   */
  static Section of(String section, YamlNode node) {
    return of(section, node, "");
  }

  /** The same, in which one more field is allowed. */
  private static Section of(String section, YamlNode node, String extra) {
    if (!(node instanceof YamlNode.Fields fields)) {
      throw YamlNode.wrong(
          node.where(),
          "fields are needed here: " + String.join(", ", Schema.fields(section).keySet()));
    }
    Collection<String> known = Schema.fields(section).keySet();
    for (Map.Entry<String, YamlNode> field : fields.fields().entrySet()) {
      if (!known.contains(field.getKey()) && !field.getKey().equals(extra)) {
        throw unknown(field.getValue().where(), "field", field.getKey(), known, section);
      }
    }
    return new Section(section, node.where(), fields.fields());
  }

  /** The fields of a section that is not there. */
  static Section absent(String section, String where) {
    return new Section(section, where, Map.of());
  }

  /**
   * A section that comes in kinds: {@code kind: …} and its fields, or just the word.
   *
   * @param section without the kind, for example {@code arrival}
   */
  static Section ofKind(String section, YamlNode node) {
    YamlNode kind = node instanceof YamlNode.Fields all ? all.fields().get("kind") : node;
    if (kind == null) {
      throw YamlNode.wrong(
          node.where(), "the kind of the " + section + " is missing: " + kinds(section));
    }
    if (!(kind instanceof YamlNode.Scalar word)) {
      throw YamlNode.wrong(kind.where(), "a kind of " + section + " is one of " + kinds(section));
    }
    if (!Schema.kinds(section).contains(word.text())) {
      throw unknown(word.where(), "kind", word.text(), Schema.kinds(section), section);
    }
    String name = section + "." + word.text();
    return node instanceof YamlNode.Fields ? of(name, node, "kind") : absent(name, node.where());
  }

  private static String kinds(String section) {
    return String.join(", ", Schema.kinds(section));
  }

  private static ScenarioException unknown(
      String where, String what, String name, Collection<String> known, String section) {
    String hint =
        NearestName.of(name, known)
            .map(nearest -> "; did you mean '" + nearest + "'?")
            .orElse("; there are " + (known.isEmpty() ? "none" : String.join(", ", known)));
    return YamlNode.wrong(where, "'" + name + "' is no " + what + " of '" + section + "'" + hint);
  }

  /** Its name with the kind. */
  String name() {
    return section;
  }

  /** Where it begins. */
  String where() {
    return where;
  }

  /** Where a field is, or the section where it is absent. */
  String where(String name) {
    YamlNode node = fields.get(name);
    return node == null ? where : node.where();
  }

  /** Whether a field is there. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** A piece below. */
  Optional<YamlNode> node(String name) {
    Schema.field(section, name);
    return Optional.ofNullable(fields.get(name));
  }

  /** The section in a field, or one where everything is as usual. */
  Section section(String name, String kind) {
    return node(name).map(n -> of(kind, n)).orElseGet(() -> absent(kind, where));
  }

  /** A number in the smallest unit of its kind, within its bounds. */
  long number(String name) {
    Field field = Schema.field(section, name);
    return value(
        name,
        text -> {
          long value = field.kind().read(text);
          if (!field.least().isEmpty()
              && (value < field.kind().read(field.least())
                  || value > field.kind().read(field.most()))) {
            throw new IllegalArgumentException(
                "'" + text + "' is not within " + field.least() + " and " + field.most());
          }
          return value;
        });
  }

  /** A number that fits an int by its bounds. */
  int integer(String name) {
    return Math.toIntExact(number(name));
  }

  /** Whole seconds of a time. */
  long seconds(String name) {
    long nanos = number(name);
    if (nanos % 1_000_000_000L != 0) {
      throw YamlNode.wrong(where(name), "'" + name + "' is a whole number of seconds");
    }
    return nanos / 1_000_000_000L;
  }

  boolean flag(String name) {
    return value(name, Quantities::flag);
  }

  Rate rate(String name) {
    return value(name, Quantities::rate);
  }

  UInt256 wei(String name) {
    return value(name, Quantities::wei);
  }

  Capacity capacity(String name) {
    return value(name, Quantities::capacity);
  }

  String text(String name) {
    return value(name, Function.identity());
  }

  Mix mix(String name) {
    return value(name, Mix::parse);
  }

  /** Reads a value with a function that throws {@link IllegalArgumentException}. */
  <T> T value(String name, Function<String, T> reader) {
    Field field = Schema.field(section, name);
    String text = scalar(name, field.fallback());
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw YamlNode.wrong(where(name), name + ": " + e.getMessage());
    }
  }

  private String scalar(String name, @Nullable String fallback) {
    YamlNode node = fields.get(name);
    if (node == null) {
      if (fallback == null) {
        throw YamlNode.wrong(where, "'" + name + "' is missing in '" + section + "'");
      }
      return fallback;
    }
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw YamlNode.wrong(node.where(), name + " is one value, not several");
    }
    if (scalar.text().isEmpty() && !name.equals("description")) {
      throw YamlNode.wrong(node.where(), name + " has no value");
    }
    return scalar.text().strip();
  }

  /** Makes a record of fields; what its own checks refuse is told with the place. */
  <T> T make(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw YamlNode.wrong(where, section + ": " + e.getMessage());
    }
  }
}
