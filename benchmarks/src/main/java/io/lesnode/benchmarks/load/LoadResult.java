package io.lesnode.benchmarks.load;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load run measured. Counts are of the measured time; latencies are in nanoseconds.
 *
 * @param plan what was run
 * @param serverName what the server calls itself
 * @param serverVersion les version in use
 * @param headNumber the head of its chain
 * @param measuredSeconds how long was measured
 * @param cutShort whether it was ended before its time
 * @param generatorCpuNanos processor time of this whole process meanwhile
 * @param notes what should be known to read the figures
 * @param groups by group, in the order of the plan
 */
public record LoadResult(
    LoadPlan plan,
    String serverName,
    int serverVersion,
    long headNumber,
    double measuredSeconds,
    boolean cutShort,
    long generatorCpuNanos,
    List<String> notes,
    List<GroupResult> groups) {

  /** Copies the lists. */
  public LoadResult {
    notes = List.copyOf(notes);
    groups = List.copyOf(groups);
  }

  /** Replies that came within the measured time. */
  public long replies() {
    return groups.stream().mapToLong(GroupResult::replies).sum();
  }

  /** Replies per second. */
  public double repliesPerSecond() {
    return replies() / measuredSeconds;
  }

  /**
   * What the clients of a group measured.
   *
   * @param group as planned, without the parts of the mix that were left out
   * @param connected clients at the end
   * @param replies that came within the measured time
   * @param fewestReplies of one client since the start
   * @param mostReplies of one client since the start
   * @param freezes Stop messages
   * @param resumes Resume messages
   * @param bufferBelow reported buffer values that were lower than they can be
   * @param bufferAbove reported buffer values above the limit
   * @param bufferNegative reported buffer values of 2^63 and more, what a negative number looks
   *     like
   * @param creditWaits how often a client waited for credit
   * @param lateReplies replies after the timeout, or after a freeze
   * @param strangeReplies replies that nobody asked for or that cannot be read
   * @param wireInBytes bytes from sockets
   * @param wireOutBytes bytes to sockets
   * @param sendDelay open loop: from the wanted moment to sending, waits for credit included
   * @param disconnects ended connections by reason
   * @param shapes by shape of request
   * @param seconds what happened second by second
   */
  public record GroupResult(
      LoadGroup group,
      int connected,
      long replies,
      long fewestReplies,
      long mostReplies,
      long freezes,
      long resumes,
      long bufferBelow,
      long bufferAbove,
      long bufferNegative,
      long creditWaits,
      long lateReplies,
      long strangeReplies,
      long wireInBytes,
      long wireOutBytes,
      Histogram sendDelay,
      Map<String, Long> disconnects,
      List<ShapeResult> shapes,
      List<Second> seconds) {

    /** Copies the collections. */
    public GroupResult {
      disconnects = Map.copyOf(disconnects);
      shapes = List.copyOf(shapes);
      seconds = List.copyOf(seconds);
    }

    /** Reported buffer values that cannot be right. */
    public long bufferViolations() {
      return bufferBelow + bufferAbove + bufferNegative;
    }
  }

  /**
   * What was measured for one shape of request. Of the requests wanted within the measured time
   * each was answered, timed out, void, lost, open at the end or never sent.
   *
   * @param sent requests
   * @param answered of those
   * @param empty answers without anything
   * @param incomplete answers with fewer items than asked for
   * @param malformed answers that a strict decoder refuses; counted only when decoding was asked
   *     for
   * @param timeouts requests given up
   * @param voided requests that a freeze made void
   * @param lost requests whose connection ended
   * @param openAtEnd requests still unanswered at the end
   * @param neverSent open loop: requests that should have been sent and were not
   * @param items in all answers
   * @param requestBytes payload of the requests, without compression
   * @param replyBytes payload of the answers, without compression
   * @param response latency: open loop from the wanted moment, with the unanswered ones as long as
   *     they have waited; closed loop from sending
   * @param service latency from sending, of the answered ones
   */
  public record ShapeResult(
      RequestShape shape,
      long sent,
      long answered,
      long empty,
      long incomplete,
      long malformed,
      long timeouts,
      long voided,
      long lost,
      long openAtEnd,
      long neverSent,
      long items,
      long requestBytes,
      long replyBytes,
      Histogram response,
      Histogram service) {

    static ShapeResult of(RequestShape shape, LoadTally.Row row) {
      return new ShapeResult(
          shape,
          row.sent,
          row.answered,
          row.empty,
          row.incomplete,
          row.malformed,
          row.timeouts,
          row.voided,
          row.lost,
          row.openAtEnd,
          row.neverSent,
          row.items,
          row.requestBytes,
          row.replyBytes,
          row.response,
          row.service);
    }

    /** Everything that went wrong. */
    public long failures() {
      return empty + incomplete + malformed + timeouts + voided + lost;
    }

    /**
     * The response times as if requests had been wanted at a steady pace: a slow answer of a closed
     * loop keeps requests from being sent, and those are put in as if they had waited for the rest
     * of it. An open loop needs no correction.
     */
    public Histogram corrected() {
      long usualNanos = response.getValueAtPercentile(50);
      return usualNanos == 0
          ? response.copy()
          : response.copyCorrectedForCoordinatedOmission(usualNanos);
    }
  }

  /**
   * One second of a group.
   *
   * @param atSeconds its end, since measuring began
   * @param repliesPerSecond in it
   * @param p50Nanos median latency
   * @param p99Nanos 99th percentile
   * @param failures since measuring began
   * @param freezes since measuring began
   */
  public record Second(
      double atSeconds,
      double repliesPerSecond,
      long p50Nanos,
      long p99Nanos,
      long failures,
      long freezes) {}
}
