package io.lesnode.benchmarks.report;

/**
 * An axis of a plot.
 *
 * @param label what is along it, without the unit
 * @param unit how numbers are written
 * @param scale how values become places
 */
public record Axis(String label, Unit unit, Scaling scale) {
  /** How values become places. */
  public enum Scaling {
    /** Evenly, from 0 (or below, when there are negative values) to the largest value. */
    FROM_ZERO,
    /** Evenly, from the smallest value to the largest. */
    FITTED,
    /** By their logarithm; values that are not positive are not shown. */
    LOGARITHMIC
  }

  /** An even axis from 0. */
  public static Axis of(String label, Unit unit) {
    return new Axis(label, unit, Scaling.FROM_ZERO);
  }

  /** A logarithmic axis. */
  public static Axis logarithmic(String label, Unit unit) {
    return new Axis(label, unit, Scaling.LOGARITHMIC);
  }

  /** An even axis over just the values, for instance time. */
  public static Axis fitted(String label, Unit unit) {
    return new Axis(label, unit, Scaling.FITTED);
  }
}
