package io.lesnode.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Horizontal bars side by side, for instance ours and geth's for each kind of request.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param unit how numbers are written
 * @param relative whether each group has its own scale, for groups of very different sizes
 * @param series what the bars of a group stand for
 * @param groups in order
 */
public record BarPlot(
    String title, String note, Unit unit, boolean relative, List<String> series, List<Group> groups)
    implements Plot {
  /**
   * Bars that belong together.
   *
   * @param label what they are about
   * @param values one for each series; not a number where there is none
   * @param limit a mark to be kept below, if there is one
   */
  public record Group(String label, List<Double> values, OptionalDouble limit) {
    /** Copies the list. */
    public Group {
      values = List.copyOf(values);
    }

    /** A group without a mark. */
    public static Group of(String label, double... values) {
      return new Group(label, Arrays.stream(values).boxed().toList(), OptionalDouble.empty());
    }
  }

  /** Copies the lists and checks that every group has a value for each series. */
  public BarPlot {
    series = List.copyOf(series);
    groups = List.copyOf(groups);
    for (Group group : groups) {
      if (group.values().size() != series.size()) {
        throw new IllegalArgumentException(
            "group " + group.label() + " needs " + series.size() + " values");
      }
    }
  }
}
