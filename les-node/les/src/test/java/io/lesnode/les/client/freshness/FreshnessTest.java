package io.lesnode.les.client.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read about the age of the head. */
final class FreshnessTest {

  private static String message(
      Duration age, Optional<Duration> heard, boolean pastMerge, boolean current) {
    return new Freshness(7, Instant.EPOCH, age, heard, pastMerge, current).message();
  }

  @Test
  void theAgeIsAlwaysTold() {
    assertThat(message(Duration.ofSeconds(12), Optional.of(Duration.ZERO), false, true))
        .isEqualTo("block 7 is 12 s old and the newest that our servers know");
    assertThat(message(Duration.ofMinutes(61), Optional.of(Duration.ofSeconds(90)), false, false))
        .isEqualTo(
            "block 7 is 1 h 1 min old; it may be out of date, our servers were last heard 1 min 30"
                + " s ago");
    assertThat(message(Duration.ofHours(25), Optional.empty(), false, false))
        .isEqualTo("block 7 is 1 d 1 h old; it may be out of date, no server was heard yet");
    assertThat(message(Duration.ofSeconds(1), Optional.of(Duration.ZERO), true, false))
        .contains("no heads after the Merge");
  }
}
