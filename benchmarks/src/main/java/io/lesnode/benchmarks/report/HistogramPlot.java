package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/**
 * How often values were in each of some ranges.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param value the horizontal axis
 * @param bins the ranges, rising
 */
public record HistogramPlot(String title, String note, Axis value, List<Bin> bins) implements Plot {
  /**
   * A range and how often values were in it.
   *
   * @param from the least value
   * @param to the value from which the next range may begin, more than {@code from}
   * @param count how often
   */
  public record Bin(double from, double to, long count) {}

  /** Copies the list. */
  public HistogramPlot {
    bins = List.copyOf(bins);
  }

  /**
   * The plot of a histogram with ranges that grow by a constant factor, on a logarithmic axis.
   *
   * @param histogram of values in the unit of the axis
   */
  public static HistogramPlot of(
      String title, String note, Axis value, AbstractHistogram histogram) {
    List<Bin> bins = new ArrayList<>();
    if (histogram.getTotalCount() > 0) {
      double from = (double) Math.max(1, histogram.getMinNonZeroValue());
      double end = Math.max(from + 1, (double) histogram.getMaxValue());
      double factor = Math.max(1.05, StrictMath.pow(end / from, 1.0 / 60));
      while (from <= end) {
        double to = Math.max(from + 1, from * factor);
        long first = (long) StrictMath.ceil(from);
        long last = (long) StrictMath.ceil(to) - 1;
        bins.add(new Bin(from, to, histogram.getCountBetweenValues(first, Math.max(first, last))));
        from = to;
      }
    }
    Axis axis = Axis.logarithmic(value.label(), value.unit());
    return new HistogramPlot(title, note, axis, bins);
  }
}
