package io.lesnode.les.client.freshness;

import java.util.concurrent.TimeUnit;

/**
 * Notices that the machine, or this program, stood still. Times in, decision out; confined to the
 * client loop.
 *
 * <p>It is asked at regular times. Two things give a pause away: the question comes much later than
 * it should (a stopped process, a paused virtual machine), or the time of day went on while the
 * monotonic clock did not, which is how Linux and macOS count a suspended machine. A time of day
 * that somebody set looks the same; then servers are only asked once more.
 */
public final class SleepDetector {
  private final long periodNanos;
  private final long toleranceNanos;
  private long lastNanos;
  private long lastMillis;

  /**
   * Begins to watch.
   *
   * @param periodNanos how often it will be asked
   * @param toleranceNanos how much longer than that is no pause yet
   */
  public SleepDetector(long periodNanos, long toleranceNanos, long nowNanos, long nowMillis) {
    this.periodNanos = periodNanos;
    this.toleranceNanos = toleranceNanos;
    this.lastNanos = nowNanos;
    this.lastMillis = nowMillis;
  }

  /**
   * How long the machine stood still since the last question, in nanoseconds; 0 if it did not.
   *
   * @param nowNanos monotonic
   * @param nowMillis time of day
   */
  public long sleptNanos(long nowNanos, long nowMillis) {
    long monotonic = nowNanos - lastNanos;
    long ofDay = TimeUnit.MILLISECONDS.toNanos(nowMillis - lastMillis);
    lastNanos = nowNanos;
    lastMillis = nowMillis;
    long late = Math.max(monotonic, ofDay) - periodNanos;
    return late > toleranceNanos ? late : 0;
  }
}
