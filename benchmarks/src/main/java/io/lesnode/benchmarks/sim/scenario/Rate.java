package io.lesnode.benchmarks.sim.scenario;

/**
 * So many in so much time, exactly as it was written; immutable.
 *
 * @param count at least 1
 * @param perNanos at least 1
 */
public record Rate(long count, long perNanos) {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final long MOST = 1_000_000;

  /** At most a million a second. */
  public Rate {
    if (count < 1 || perNanos < 1) {
      throw new IllegalArgumentException("a rate is more than nothing");
    }
    if (count > MOST * Math.max(1, perNanos / NANOS_PER_SECOND)) {
      throw new IllegalArgumentException("a rate is at most " + MOST + "/s");
    }
  }

  /** The average distance of two; at least one nanosecond. */
  public long gapNanos() {
    return Math.max(1, perNanos / count);
  }
}
