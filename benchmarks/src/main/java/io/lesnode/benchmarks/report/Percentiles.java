package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/**
 * The distribution of a sample, as a curve over percentiles.
 *
 * @param name what the legend says
 * @param steps the curve: strictly rising percentiles with values that do not fall
 */
public record Percentiles(String name, List<Step> steps) {
  private static final int TICKS_PER_HALF_DISTANCE = 5;
  private static final int MOST_STEPS = 400;

  /**
   * A point of the curve.
   *
   * @param percentile from 0 to less than 100
   * @param value in the unit of the plot's axis
   */
  public record Step(double percentile, double value) {}

  /** Copies the list. */
  public Percentiles {
    steps = List.copyOf(steps);
  }

  /**
   * The curve of a histogram; an empty histogram gives an empty curve.
   *
   * @param name what the legend says
   * @param histogram of values in the unit of the plot's axis, for instance nanoseconds
   */
  public static Percentiles of(String name, AbstractHistogram histogram) {
    List<Step> steps = new ArrayList<>();
    if (histogram.getTotalCount() > 0) {
      // every step of the iterator is half way nearer to 100 %, so that few points give the tail
      double left = 100;
      double most = 100 * (1 - 1.0 / histogram.getTotalCount());
      for (int i = 0; i < MOST_STEPS && 100 - left < most; i++) {
        steps.add(new Step(100 - left, histogram.getValueAtPercentile(100 - left)));
        left *= 1 - 0.5 / TICKS_PER_HALF_DISTANCE;
      }
      steps.add(new Step(100 - left, histogram.getMaxValue()));
    }
    return new Percentiles(name, steps);
  }
}
