package io.lesnode.benchmarks.sim.scenario;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values of some parameters, of which every combination is run; immutable.
 *
 * @param axes parameters in the order of the file; the last changes fastest
 */
public record Sweep(List<Axis> axes) {
  /** The most combinations. */
  public static final int MAX_POINTS = 10_000;

  private static final int MAX_AXES = 6;
  private static final Pattern QUANTITY =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([a-zA-Z%/]*)");

  /**
   * One parameter.
   *
   * @param path in the scenario, for example {@code groups.free.count}
   * @param values texts as they would stand there; at least one
   */
  public record Axis(String path, List<String> values) {
    /** Copies the list. */
    public Axis {
      values = List.copyOf(values);
    }
  }

  /** Copies the list and checks the number of combinations. */
  public Sweep {
    axes = List.copyOf(axes);
    if (axes.isEmpty() || axes.size() > MAX_AXES) {
      throw new IllegalArgumentException("a sweep has 1 to " + MAX_AXES + " parameters");
    }
    long points = 1;
    for (Axis axis : axes) {
      points = Math.min(points * axis.values().size(), Long.MAX_VALUE / MAX_POINTS);
    }
    if (points > MAX_POINTS) {
      throw new IllegalArgumentException(
          "a sweep has at most " + MAX_POINTS + " combinations, not " + points);
    }
  }

  /** How many combinations there are. */
  public int points() {
    return axes.stream().mapToInt(axis -> axis.values().size()).reduce(1, (a, b) -> a * b);
  }

  /** The values of a combination by path, in the order of the axes. */
  public Map<String, String> point(int index) {
    String[] values = new String[axes.size()];
    int rest = index;
    for (int i = axes.size() - 1; i >= 0; i--) {
      List<String> all = axes.get(i).values();
      values[i] = all.get(rest % all.size());
      rest /= all.size();
    }
    Map<String, String> point = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      point.put(axes.get(i).path(), values[i]);
    }
    return point;
  }

  static Sweep read(YamlNode node) {
    if (!(node instanceof YamlNode.Fields fields) || fields.fields().isEmpty()) {
      throw YamlNode.wrong(
          node.where(), "'sweep' is a set of paths with values: server.serve: [25%, 50%]");
    }
    List<Axis> axes = new ArrayList<>();
    fields.fields().forEach((path, values) -> axes.add(new Axis(path, values(path, values))));
    try {
      return new Sweep(axes);
    } catch (IllegalArgumentException e) {
      throw YamlNode.wrong(node.where(), "sweep: " + e.getMessage());
    }
  }

  private static List<String> values(String path, YamlNode node) {
    List<String> values = new ArrayList<>();
    switch (node) {
      case YamlNode.Scalar one -> values.add(one.text());
      case YamlNode.Items items -> {
        for (YamlNode item : items.items()) {
          if (!(item instanceof YamlNode.Scalar scalar)) {
            throw YamlNode.wrong(item.where(), "the values of '" + path + "' are single values");
          }
          values.add(scalar.text());
        }
      }
      case YamlNode.Fields fields -> values.addAll(range(Section.of("range", fields)));
    }
    if (values.isEmpty()) {
      throw YamlNode.wrong(node.where(), "'" + path + "' has no values");
    }
    if (values.stream().distinct().count() != values.size()) {
      throw YamlNode.wrong(node.where(), "a value of '" + path + "' is there twice");
    }
    return values;
  }

  private static List<String> range(Section s) {
    Matcher from = quantity(s, "from");
    BigDecimal value = new BigDecimal(from.group(1));
    BigDecimal to = bound(s, "to", from.group(2));
    if (s.has("step") == s.has("factor")) {
      throw YamlNode.wrong(s.where(), "a range has either 'step' or 'factor'");
    }
    BigDecimal step = s.has("step") ? bound(s, "step", from.group(2)) : BigDecimal.ZERO;
    BigDecimal factor = s.has("factor") ? bound(s, "factor", "") : BigDecimal.ONE;
    boolean rises =
        step.signum() > 0 || (factor.compareTo(BigDecimal.ONE) > 0 && value.signum() > 0);
    if (!rises || value.compareTo(to) > 0) {
      throw YamlNode.wrong(s.where(), "the range does not rise from 'from' to 'to'");
    }
    List<String> values = new ArrayList<>();
    for (; value.compareTo(to) <= 0; value = value.multiply(factor).add(step)) {
      if (values.size() >= MAX_POINTS) {
        throw YamlNode.wrong(s.where(), "the range has more than " + MAX_POINTS + " values");
      }
      values.add(Quantities.plain(value) + from.group(2));
    }
    return values;
  }

  private static BigDecimal bound(Section s, String name, String unit) {
    Matcher matcher = quantity(s, name);
    if (!matcher.group(2).equals(unit)) {
      throw YamlNode.wrong(
          s.where(name),
          name
              + ": '"
              + matcher.group()
              + "' should be a number"
              + (unit.isEmpty() ? "" : " with the unit " + unit));
    }
    return new BigDecimal(matcher.group(1));
  }

  private static Matcher quantity(Section s, String name) {
    Matcher matcher = QUANTITY.matcher(s.text(name));
    if (!matcher.matches()) {
      throw YamlNode.wrong(s.where(name), name + ": '" + s.text(name) + "' is no number");
    }
    return matcher;
  }
}
