package io.lesnode.les.client.freshness;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How old the head is and whether anybody vouches for it now, so that nobody takes the latest block
 * that we know for the latest that there is. Immutable.
 *
 * @param headNumber our head
 * @param headTime its time stamp
 * @param headAge how long ago that was; zero if it lies in the future
 * @param sinceHeard how long ago a server that is in use last said anything; empty if none ever did
 *     since the program started
 * @param pastMerge whether the terminal total difficulty is reached: from there on the total
 *     difficulty stands still, so that LES servers announce no more heads
 * @param current whether a server that has spoken since the last sleep is connected, none claims a
 *     heavier head than ours, and heads are still announced
 */
public record Freshness(
    long headNumber,
    Instant headTime,
    Duration headAge,
    Optional<Duration> sinceHeard,
    boolean pastMerge,
    boolean current) {

  /** One line for a person. */
  public String message() {
    String age = "block %d is %s old".formatted(headNumber, words(headAge));
    if (current) {
      return age + " and the newest that our servers know";
    }
    if (pastMerge) {
      return age + "; it may be out of date, LES servers announce no heads after the Merge";
    }
    return age
        + "; it may be out of date, "
        + sinceHeard
            .map(since -> "our servers were last heard %s ago".formatted(words(since)))
            .orElse("no server was heard yet");
  }

  private static String words(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0
        ? duration.toMinutes() + " min " + duration.toSecondsPart() + " s"
        : duration.toSeconds() + " s";
  }
}
