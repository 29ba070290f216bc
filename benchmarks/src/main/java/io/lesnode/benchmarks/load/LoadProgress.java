package io.lesnode.benchmarks.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Is told how a run is getting on, on the thread that runs it; may block, which delays the run and
 * falsifies nothing before {@link #onConnected} has returned.
 */
public interface LoadProgress {

  /** Shows nothing. */
  LoadProgress SILENT = new LoadProgress() {};

  /** Something began, a short clause. */
  default void onStep(String what) {}

  /**
   * The clients are connected and nothing was asked yet: the moment to give them capacity.
   *
   * @param ready how many are
   * @param wanted how many should be
   */
  default void onConnected(int ready, int wanted) {}

  /**
   * A second has passed.
   *
   * @param elapsedSeconds since measuring began; negative while warming up
   * @param connected clients now
   * @param groups what happened since the last call, by group
   */
  default void onSecond(double elapsedSeconds, int connected, Map<String, Interval> groups) {}

  /**
   * What happened in a short time.
   *
   * @param replies that came
   * @param failures of any kind since measuring began
   * @param freezes since measuring began
   * @param latencies of the measured requests in nanoseconds
   */
  record Interval(long replies, long failures, long freezes, Histogram latencies) {

    /** Takes the interval of a tally and starts the next one. */
    static Interval take(LoadTally tally) {
      Histogram latencies = tally.interval.copy();
      tally.interval.reset();
      return new Interval(tally.repliesInTime, tally.failures(), tally.freezes, latencies);
    }

    Interval plus(Interval other) {
      Histogram sum = latencies.copy();
      sum.add(other.latencies);
      return new Interval(
          replies + other.replies, failures + other.failures, freezes + other.freezes, sum);
    }
  }
}
