package io.lesnode.vipnode.server;

/**
 * A point in time on two clocks.
 *
 * @param nanos a monotonic clock, for what lasts
 * @param unixSeconds the calendar, for what messages say
 */
public record Moment(long nanos, long unixSeconds) {
  static final long SECOND_NANOS = 1_000_000_000L;

  /** Whether a moment of the monotonic clock has come. */
  boolean reached(long atNanos) {
    return nanos - atNanos >= 0;
  }

  /** The monotonic clock so many seconds from now. */
  long inSeconds(long seconds) {
    return nanos + seconds * SECOND_NANOS;
  }

  /** How many whole seconds are left until then, rounded up; never negative. */
  long secondsUntil(long atNanos) {
    return Math.max(0, -Math.floorDiv(nanos - atNanos, SECOND_NANOS));
  }
}
