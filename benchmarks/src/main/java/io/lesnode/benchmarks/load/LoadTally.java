package io.lesnode.benchmarks.load;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What the clients of one group on one thread have counted. Confined to the load loop of that
 * thread; results are made of {@link #copy copies}.
 *
 * <p>Only requests whose wanted moment lies within the measured time are counted by shape, each of
 * them exactly once: answered, timed out, void after a freeze, lost with its connection, or open at
 * the end.
 */
final class LoadTally {

  /** Longer ones count as this long. */
  static final long LONGEST_NANOS = 300_000_000_000L;

  private static final long SHORTEST_NANOS = 1_000;
  private static final int DIGITS = 3;
  private static final int INTERVAL_DIGITS = 2;

  /** The counts of one shape. */
  static final class Row {
    final Histogram response = histogram(DIGITS);
    final Histogram service = histogram(DIGITS);
    long sent;
    long answered;
    long empty;
    long incomplete;
    long malformed;
    long timeouts;
    long voided;
    long lost;
    long openAtEnd;
    long neverSent;
    long items;
    long replyBytes;
    long requestBytes;

    private void add(Row other) {
      response.add(other.response);
      service.add(other.service);
      sent += other.sent;
      answered += other.answered;
      empty += other.empty;
      incomplete += other.incomplete;
      malformed += other.malformed;
      timeouts += other.timeouts;
      voided += other.voided;
      lost += other.lost;
      openAtEnd += other.openAtEnd;
      neverSent += other.neverSent;
      items += other.items;
      replyBytes += other.replyBytes;
      requestBytes += other.requestBytes;
    }

    long failures() {
      return empty + incomplete + malformed + timeouts + voided + lost;
    }
  }

  final Map<RequestShape, Row> rows = new LinkedHashMap<>();
  final Map<String, Long> disconnects = new TreeMap<>();
  final Histogram sendLag = histogram(INTERVAL_DIGITS);

  /** Latencies since the last look. */
  final Histogram interval = histogram(INTERVAL_DIGITS);

  /** Replies that came within the measured time, whenever they were asked for. */
  long repliesInTime;

  long wireInBytes;
  long wireOutBytes;
  long lateReplies;
  long strangeReplies;
  long bufferBelow;
  long bufferAbove;
  long bufferNegative;
  long freezes;
  long resumes;
  long creditWaits;

  LoadTally(List<RequestShape> shapes) {
    shapes.forEach(shape -> rows.put(shape, new Row()));
  }

  private static Histogram histogram(int digits) {
    Histogram histogram = new Histogram(SHORTEST_NANOS, LONGEST_NANOS, digits);
    histogram.setAutoResize(false);
    return histogram;
  }

  Row row(RequestShape shape) {
    return rows.computeIfAbsent(shape, s -> new Row());
  }

  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
  }

  void onDisconnect(String reason) {
    disconnects.merge(reason, 1L, Long::sum);
  }

  /** Everything that went wrong. */
  long failures() {
    return rows.values().stream().mapToLong(Row::failures).sum()
        + disconnects.values().stream().mapToLong(Long::longValue).sum();
  }

  /** A copy that other threads may read. */
  LoadTally copy() {
    LoadTally copy = new LoadTally(List.copyOf(rows.keySet()));
    copy.add(this);
    return copy;
  }

  /** Adds what another thread counted. */
  void add(LoadTally other) {
    other.rows.forEach((shape, row) -> row(shape).add(row));
    other.disconnects.forEach((reason, count) -> disconnects.merge(reason, count, Long::sum));
    sendLag.add(other.sendLag);
    interval.add(other.interval);
    repliesInTime += other.repliesInTime;
    wireInBytes += other.wireInBytes;
    wireOutBytes += other.wireOutBytes;
    lateReplies += other.lateReplies;
    strangeReplies += other.strangeReplies;
    bufferBelow += other.bufferBelow;
    bufferAbove += other.bufferAbove;
    bufferNegative += other.bufferNegative;
    freezes += other.freezes;
    resumes += other.resumes;
    creditWaits += other.creditWaits;
  }
}
