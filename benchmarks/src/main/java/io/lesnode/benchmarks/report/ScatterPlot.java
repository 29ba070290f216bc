package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * Points without lines.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series the points
 */
public record ScatterPlot(String title, String note, Axis x, Axis y, List<Series> series)
    implements Plot {
  /** Copies the list. */
  public ScatterPlot {
    series = List.copyOf(series);
  }
}
