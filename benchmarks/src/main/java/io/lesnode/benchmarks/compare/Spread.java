package io.lesnode.benchmarks.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What some rounds gave, summed up by their median; never empty.
 *
 * @param values in ascending order
 */
record Spread(List<Double> values) {

  Spread {
    if (values.isEmpty() || values.stream().anyMatch(value -> !Double.isFinite(value))) {
      throw new IllegalArgumentException("rounds must have given numbers: " + values);
    }
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    values = List.copyOf(sorted);
  }

  static Spread of(double... values) {
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return new Spread(list);
  }

  /** The middle value, or the mean of the two middle ones. */
  double median() {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  double least() {
    return values.getFirst();
  }

  double most() {
    return values.getLast();
  }
}
