package io.lesnode.les.client;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a server answered and how fast, for people. Confined to the client loop. */
final class AnswerLog {
  private static final int KEPT_ROUND_TRIPS = 256;

  private final long[] roundTrips = new long[KEPT_ROUND_TRIPS];
  private long answers;
  private long invalid;
  private long slow;
  private long timeouts;
  private long bytes;
  private long askedCost;
  private @Nullable Last last;

  /** The last answer; its verdict is null until it was checked. */
  private record Last(
      String kind, long sizeBytes, long roundTripNanos, long atNanos, @Nullable String verdict) {}

  /** A question was sent that costs this much at most. */
  void onAsked(long cost) {
    askedCost += cost;
  }

  /** A reply came in. */
  void onReply(String kind, long sizeBytes, long roundTripNanos, long nowNanos) {
    roundTrips[(int) (answers % KEPT_ROUND_TRIPS)] = roundTripNanos;
    answers++;
    bytes += sizeBytes;
    last = new Last(kind, sizeBytes, roundTripNanos, nowNanos, null);
  }

  /** It was checked. */
  void onVerdict(String kind, @Nullable String complaint) {
    invalid += complaint == null ? 0 : 1;
    Last known = last;
    if (known != null && known.kind.equals(kind)) {
      last =
          new Last(
              kind,
              known.sizeBytes,
              known.roundTripNanos,
              known.atNanos,
              complaint == null ? "verified" : complaint);
    }
  }

  /** Beyond the soft timeout there was no answer. */
  void onSlow() {
    slow++;
  }

  /** Nor was there one beyond the hard timeout. */
  void onTimeout() {
    timeouts++;
  }

  ServerActivity snapshot(long nowNanos, double sessionValue) {
    int count = (int) Math.min(answers, KEPT_ROUND_TRIPS);
    long[] sorted = Arrays.copyOf(roundTrips, count);
    Arrays.sort(sorted);
    Last known = last;
    ServerActivity.LastAnswer lastAnswer =
        known == null
            ? null
            : new ServerActivity.LastAnswer(
                known.kind,
                TimeUnit.NANOSECONDS.toMillis(nowNanos - known.atNanos),
                TimeUnit.NANOSECONDS.toMicros(known.roundTripNanos),
                known.sizeBytes,
                known.verdict == null ? "being checked" : known.verdict);
    return new ServerActivity(
        answers,
        invalid,
        slow,
        timeouts,
        bytes,
        askedCost,
        quantile(sorted, 0.5),
        quantile(sorted, 0.95),
        sessionValue,
        lastAnswer);
  }

  private static long quantile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : TimeUnit.NANOSECONDS.toMicros(sorted[(int) (share * (sorted.length - 1))]);
  }
}
