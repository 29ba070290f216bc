package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Series;
import java.util.List;

/**
 * What became of money and tokens, in an order that does not change; immutable.
 *
 * @param series over time
 * @param figures the server's first, then by group
 */
public record MoneyResult(List<Series> series, List<Figure> figures) {
  /** Copies the lists. */
  public MoneyResult {
    series = List.copyOf(series);
    figures = List.copyOf(figures);
  }
}
