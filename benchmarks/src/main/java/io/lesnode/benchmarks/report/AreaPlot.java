package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * Areas on top of one another: how a total is made up. All series have the same x.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param x the horizontal axis
 * @param y the vertical axis, of the total; its scale is always even and from 0
 * @param shares whether the total is drawn as 100 % everywhere
 * @param series from the bottom to the top; negative values and gaps count as 0
 */
public record AreaPlot(
    String title, String note, Axis x, Axis y, boolean shares, List<Series> series)
    implements Plot {
  /** Copies the list and checks that the series fit on one another. */
  public AreaPlot {
    series = List.copyOf(series);
    for (Series each : series) {
      if (each.size() != series.get(0).size()) {
        throw new IllegalArgumentException("stacked series need the same points: " + each.name());
      }
    }
  }
}
