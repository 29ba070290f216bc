package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * Distributions, usually of latencies, over an axis that gives each further nine of the percentile
 * the same room.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param value the vertical axis
 * @param curves the distributions
 */
public record PercentilePlot(String title, String note, Axis value, List<Percentiles> curves)
    implements Plot {
  /** Copies the list. */
  public PercentilePlot {
    curves = List.copyOf(curves);
  }
}
