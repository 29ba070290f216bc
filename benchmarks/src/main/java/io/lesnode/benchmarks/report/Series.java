package io.lesnode.benchmarks.report;

/**
 * Named points in the order of their x. A y that is not a number is a gap. Immutable: arrays are
 * copied on the way in and never given out.
 */
public final class Series {
  private final String name;
  private final double[] xs;
  private final double[] ys;

  private Series(String name, double[] xs, double[] ys) {
    this.name = name;
    this.xs = xs;
    this.ys = ys;
  }

  /** Points given by their coordinates, in the units of the axes; arrays of one length. */
  public static Series of(String name, double[] xs, double[] ys) {
    if (xs.length != ys.length) {
      throw new IllegalArgumentException(
          "series " + name + " has " + xs.length + " x and " + ys.length + " y");
    }
    return new Series(name, xs.clone(), ys.clone());
  }

  /** The same for whole numbers, for instance nanoseconds and counts. */
  public static Series of(String name, long[] xs, long[] ys) {
    return of(name, doubles(xs), doubles(ys));
  }

  /** The same for times that are whole numbers. */
  public static Series of(String name, long[] xs, double[] ys) {
    return of(name, doubles(xs), ys);
  }

  private static double[] doubles(long[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }

  /** What the legend says. */
  public String name() {
    return name;
  }

  /** How many points there are. */
  public int size() {
    return xs.length;
  }

  /** Where point {@code i} is along the x axis. */
  public double x(int i) {
    return xs[i];
  }

  /** Where point {@code i} is along the y axis; not a number in a gap. */
  public double y(int i) {
    return ys[i];
  }
}
