package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Series;
import java.util.Arrays;

/** A series that grows. */
final class Track {
  private final String group;
  private final String name;
  private final String unit;
  private long[] timesNanos = new long[64];
  private double[] values = new double[64];
  private int size;

  Track(String group, String name, String unit) {
    this.group = group;
    this.name = name;
    this.unit = unit;
  }

  /** Adds a value; a second one of the same moment replaces the first. */
  void add(long nowNanos, double value) {
    if (size > 0 && timesNanos[size - 1] == nowNanos) {
      size--;
    }
    if (size == values.length) {
      timesNanos = Arrays.copyOf(timesNanos, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    timesNanos[size] = nowNanos;
    values[size++] = value;
  }

  Series series() {
    return new Series(
        group, name, unit, Arrays.copyOf(timesNanos, size), Arrays.copyOf(values, size));
  }
}
