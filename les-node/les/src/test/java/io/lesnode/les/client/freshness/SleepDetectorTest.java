package io.lesnode.les.client.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a pause counts as a sleep. */
final class SleepDetectorTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private long nowNanos = 77;
  private long nowMillis = 1_700_000_000_000L;
  private final SleepDetector detector =
      new SleepDetector(5 * SECOND, 20 * SECOND, nowNanos, nowMillis);

  private long after(long monotonicNanos, long ofDayNanos) {
    nowNanos += monotonicNanos;
    nowMillis += TimeUnit.NANOSECONDS.toMillis(ofDayNanos);
    return detector.sleptNanos(nowNanos, nowMillis);
  }

  @Test
  void regularQuestionsAreNoSleep() {
    for (int i = 0; i < 1000; i++) {
      assertThat(after(5 * SECOND + i, 5 * SECOND)).isZero();
    }
    assertThat(after(24 * SECOND, 24 * SECOND)).isZero();
  }

  @Test
  void aStoppedProcessAndASuspendedMachineSleep() {
    assertThat(after(HOUR, HOUR)).isEqualTo(HOUR - 5 * SECOND);
    assertThat(after(5 * SECOND, HOUR)).isEqualTo(HOUR - 5 * SECOND);
    assertThat(after(5 * SECOND, 5 * SECOND)).isZero();
  }

  @Test
  void aClockThatIsSetBackIsNoSleep() {
    assertThat(after(5 * SECOND, -HOUR)).isZero();
    assertThat(after(5 * SECOND, 5 * SECOND)).isZero();
  }
}
