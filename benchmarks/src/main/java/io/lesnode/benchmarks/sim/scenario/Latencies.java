package io.lesnode.benchmarks.sim.scenario;

import java.util.List;

/**
 * How long answers took; immutable.
 *
 * @param group of clients, empty: all
 * @param kind of request as {@link Mix#word} has it, empty: all
 * @param count how many answers
 * @param points rising percentiles, the last of which is 100; empty when nothing was answered
 */
public record Latencies(String group, String kind, long count, List<Point> points) {
  /** Copies the list. */
  public Latencies {
    points = List.copyOf(points);
  }

  /**
   * So many percent took at most so long.
   *
   * @param percentile 0 to 100
   * @param nanos from when the request came up to its answer
   */
  public record Point(double percentile, long nanos) {}
}
