package io.lesnode.benchmarks.report;

/** A picture of data. Every plot says in its title what it shows. */
public sealed interface Plot extends Block
    permits LinePlot, PercentilePlot, HistogramPlot, AreaPlot, ScatterPlot, BarPlot, HeatMap {
  /** What it shows. */
  String title();

  /** How to read it, in small print below; may be empty. */
  String note();
}
