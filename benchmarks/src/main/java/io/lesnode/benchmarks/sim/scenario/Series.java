package io.lesnode.benchmarks.sim.scenario;

import java.util.Arrays;

/** Values over virtual time; immutable. */
public final class Series {
  private final String group;
  private final String name;
  private final String unit;
  private final long[] timesNanos;
  private final double[] values;

  /**
   * A series.
   *
   * @param group of clients, empty: the server
   * @param name what, for example {@code served}
   * @param unit of the values, for example {@code 1/s}
   * @param timesNanos rising; the end of the interval that a value belongs to
   * @param values as many, all finite; copied
   */
  public Series(String group, String name, String unit, long[] timesNanos, double[] values) {
    if (timesNanos.length != values.length) {
      throw new IllegalArgumentException("as many times as values");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i]) || (i > 0 && timesNanos[i] <= timesNanos[i - 1])) {
        throw new IllegalArgumentException("values are finite and times rise");
      }
    }
    this.group = group;
    this.name = name;
    this.unit = unit;
    this.timesNanos = timesNanos.clone();
    this.values = values.clone();
  }

  /** The group of clients, empty: the server. */
  public String group() {
    return group;
  }

  /** What the values are. */
  public String name() {
    return name;
  }

  /** The unit of the values. */
  public String unit() {
    return unit;
  }

  /** How many values there are. */
  public int size() {
    return values.length;
  }

  /** When a value was taken. */
  public long timeNanos(int index) {
    return timesNanos[index];
  }

  /** A value. */
  public double value(int index) {
    return values[index];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Series that
        && group.equals(that.group)
        && name.equals(that.name)
        && unit.equals(that.unit)
        && Arrays.equals(timesNanos, that.timesNanos)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * group.hashCode() + name.hashCode()) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Series[" + group + "/" + name + " " + unit + ", " + values.length + " values]";
  }
}
