package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * Lines through points, for instance over time.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param x the horizontal axis
 * @param y the vertical axis
 * @param series the lines
 */
public record LinePlot(String title, String note, Axis x, Axis y, List<Series> series)
    implements Plot {
  /** Copies the list. */
  public LinePlot {
    series = List.copyOf(series);
  }
}
