package io.lesnode.flowcontrol;

/**
 * A counter that loses one per full interval of the clock, never below zero; a value machine of one
 * owner.
 *
 * <p>Reference: geth v1.10.26, les/utils/expiredvalue.go, LinearExpiredValue.
 */
public final class LinearExpiredValue {

  private final long intervalNanos;
  private long intervals;
  private long value;

  /** A counter at zero. */
  public LinearExpiredValue(long intervalNanos) {
    if (intervalNanos < 1) {
      throw new IllegalArgumentException("The interval must be positive: " + intervalNanos);
    }
    this.intervalNanos = intervalNanos;
  }

  /** The value at a time. */
  public long at(long nowNanos) {
    long passed = Math.max(0, Math.floorDiv(nowNanos, intervalNanos) - intervals);
    return Math.max(0, value - passed);
  }

  /** Adds (or takes away) an amount and gives the new value. */
  public long add(long amount, long nowNanos) {
    value = at(nowNanos);
    intervals = Math.max(intervals, Math.floorDiv(nowNanos, intervalNanos));
    value = Math.max(0, value + amount);
    return value;
  }
}
