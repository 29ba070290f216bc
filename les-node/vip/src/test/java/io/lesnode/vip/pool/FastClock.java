package io.lesnode.vip.pool;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that runs faster than others, so that a minute of a pool does not take a minute. */
record FastClock(long startNanos, long times) implements InstantSource {
  /** How often owners look at it: once in its second. */
  long tickNanos() {
    return 1_000_000_000L / times;
  }

  static FastClock of(long times) {
    return new FastClock(System.nanoTime(), times);
  }

  long nowSeconds() {
    return millis() / 1_000;
  }

  @Override
  public long millis() {
    return 1_700_000_000_000L + (System.nanoTime() - startNanos) / 1_000_000 * times;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }
}
