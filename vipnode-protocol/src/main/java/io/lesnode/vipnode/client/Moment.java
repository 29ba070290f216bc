package io.lesnode.vipnode.client;

import java.util.concurrent.TimeUnit;

/**
 * Now, by two clocks.
 *
 * @param nanos a monotonic clock, for waits; its zero means nothing
 * @param unixSeconds the time of day, for offers and the budget
 */
public record Moment(long nanos, long unixSeconds) {

  /** The monotonic time in so many seconds. */
  long in(long seconds) {
    return nanos + TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Whole seconds since a monotonic time. */
  long secondsSince(long earlierNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(nanos - earlierNanos);
  }

  /** Whether a monotonic time is reached. */
  boolean reached(long atNanos) {
    return nanos - atNanos >= 0;
  }
}
