package io.lesnode.les.client;

import org.jspecify.annotations.Nullable;

/**
 * What a connected server did for us. Immutable.
 *
 * @param answers how many replies came
 * @param invalid how many of them did not verify
 * @param slow how many questions were given to another server because it took too long
 * @param timeouts how many it never answered
 * @param answerBytes the size of all replies
 * @param askedCost what all questions to it cost at most, in cost units: the most that it can
 *     charge for them
 * @param medianRoundTripMicros of the last 256 replies, as the following
 * @param slowRoundTripMicros the time that one of twenty exceeded
 * @param sessionValue the service value since it connected (les.md 5.4)
 * @param lastAnswer what it answered last, null if nothing yet
 */
public record ServerActivity(
    long answers,
    long invalid,
    long slow,
    long timeouts,
    long answerBytes,
    long askedCost,
    long medianRoundTripMicros,
    long slowRoundTripMicros,
    double sessionValue,
    @Nullable LastAnswer lastAnswer) {

  /**
   * The last reply.
   *
   * @param kind what was asked, as the request kinds of the protocol are named
   * @param agoMillis how long ago it came
   * @param roundTripMicros how long it took
   * @param sizeBytes its size, uncompressed
   * @param verdict "verified", what was wrong with it, or "being checked"
   */
  public record LastAnswer(
      String kind, long agoMillis, long roundTripMicros, long sizeBytes, String verdict) {}
}
