package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/** A report with one of everything, ordinary and degenerate. */
final class ReportGallery {
  private static final int MINUTE_SAMPLES = 3_600;

  private ReportGallery() {}

  static Report report() {
    return new Report(
        "Gallery of blocks",
        "1,000 clients for 1 h of virtual time · seed 7",
        List.of(
            new Section(
                "Summary",
                List.of(
                    new Text("What a reader wants first.\n\nA second paragraph."),
                    keys(),
                    table())),
            new Section("Over time", List.of(lines(), areas(true), areas(false), manyLines())),
            new Section(
                "Distributions", List.of(percentiles(), histogram(), scatter(), logarithmic())),
            new Section("Comparison", List.of(bars(true), bars(false), heat())),
            new Section("Degenerate", degenerate())));
  }

  static KeyFigures keys() {
    return KeyFigures.of(
        new KeyFigures.Figure("Served", Unit.of("req/s").format(12_345), "3,600,000 requests"),
        new KeyFigures.Figure("p99 latency", Unit.NANOS.format(1_250_000), "geth: 3.4 ms"),
        new KeyFigures.Figure("Fairness (Jain)", "0.997", ""),
        new KeyFigures.Figure("Freezes", "0", "none in the whole run"),
        new KeyFigures.Figure("Utilisation", "78.2 %", ""));
  }

  static Table table() {
    return new Table(
        "Requests",
        List.of(
            Table.Column.text("kind"),
            Table.Column.number("count", ""),
            Table.Column.number("server CPU", "µs"),
            Table.Column.number("p99", "ms"),
            Table.Column.text("bar")),
        List.of(
            List.of("192 headers", "120,000", "212.4", "1.92", "✓ ≤ 300"),
            List.of("32 receipts", "40,000", "455.0", "3.10", "✗ ≤ 400"),
            List.of("<script>alert('&')</script>", "1", "–", "–", "")));
  }

  static LinePlot lines() {
    List<Series> series = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int s = 0; s < 3; s++) {
      double[] x = new double[MINUTE_SAMPLES];
      double[] y = new double[MINUTE_SAMPLES];
      for (int i = 0; i < MINUTE_SAMPLES; i++) {
        x[i] = i * 1e9;
        y[i] = 4_000 + 1_500 * s + 900 * StrictMath.sin(i / 300.0 + s) + random.nextDouble(400);
        y[i] = s == 1 && i > 1_500 && i < 1_800 ? Double.NaN : y[i];
      }
      series.add(Series.of(List.of("obedient", "paid", "hostile").get(s), x, y));
    }
    return new LinePlot(
        "Served requests",
        "One sample a second; a gap is a pause.",
        Axis.fitted("Virtual time", Unit.ELAPSED_NANOS),
        Axis.of("Rate", Unit.of("req/s")),
        series);
  }

  static LinePlot manyLines() {
    List<Series> series = new ArrayList<>();
    for (int s = 0; s < 12; s++) {
      double[] x = new double[50];
      double[] y = new double[50];
      for (int i = 0; i < 50; i++) {
        x[i] = i;
        y[i] = 0.2 + s * 0.05 + StrictMath.sin(i / 6.0 + s) * 0.02;
      }
      series.add(Series.of("client " + s, x, y));
    }
    return new LinePlot(
        "Twelve lines",
        "",
        Axis.fitted("Time", Unit.ELAPSED_SECONDS),
        Axis.of("Utilisation", Unit.PARTS),
        series);
  }

  static AreaPlot areas(boolean shares) {
    List<Series> series = new ArrayList<>();
    for (int s = 0; s < 4; s++) {
      double[] x = new double[240];
      double[] y = new double[240];
      for (int i = 0; i < 240; i++) {
        x[i] = i * 15;
        y[i] = 100 + 50 * s + 60 * StrictMath.sin(i / 30.0 + s);
      }
      series.add(Series.of(List.of("free", "trial", "paid", "priority").get(s), x, y));
    }
    return new AreaPlot(
        shares ? "Share of each class" : "Connected clients",
        "",
        Axis.fitted("Virtual time", Unit.ELAPSED_SECONDS),
        Axis.of("Clients", Unit.COUNT),
        shares,
        series);
  }

  static Histogram latencies(long seed, double scale) {
    Histogram histogram = new Histogram(60_000_000_000L, 3);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 100_000; i++) {
      double u = random.nextDouble();
      histogram.recordValue((long) (scale * (100_000 + 80_000 / StrictMath.sqrt(1.000_01 - u))));
    }
    return histogram;
  }

  static PercentilePlot percentiles() {
    return new PercentilePlot(
        "Latency by percentile",
        "Open loop, 2,000 requests a second, from the moment a request was wanted.",
        Axis.logarithmic("Latency", Unit.NANOS),
        List.of(
            Percentiles.of("ours", latencies(1, 1)), Percentiles.of("geth", latencies(2, 4.1))));
  }

  static HistogramPlot histogram() {
    return HistogramPlot.of("Latencies", "", Axis.of("Latency", Unit.NANOS), latencies(1, 1));
  }

  static ScatterPlot scatter() {
    double[] x = new double[3_000];
    double[] y = new double[3_000];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = 1 + random.nextInt(192);
      y[i] = 2_000 * x[i] * (0.8 + 0.4 * random.nextDouble()) + 30_000;
    }
    return new ScatterPlot(
        "Cost of headers",
        "",
        Axis.of("Headers in a request", Unit.COUNT),
        Axis.of("Serving time", Unit.NANOS),
        List.of(Series.of("requests", x, y)));
  }

  static LinePlot logarithmic() {
    double[] x = {1, 10, 100, 1_000, 10_000};
    return new LinePlot(
        "Memory over clients",
        "",
        Axis.logarithmic("Clients", Unit.COUNT),
        Axis.logarithmic("Resident memory", Unit.BYTES),
        List.of(
            Series.of("ours", x, new double[] {2e8, 2e8, 2.1e8, 2.4e8, 5e8}),
            Series.of("geth", x, new double[] {9e7, 9e7, 1e8, 1.5e8, 7e8})));
  }

  static BarPlot bars(boolean relative) {
    return new BarPlot(
        relative ? "Server CPU per request, each on its own scale" : "Handshakes a second",
        relative ? "The dashed mark is the bar to stay below." : "",
        relative ? Unit.MICROS : Unit.of("/s"),
        relative,
        List.of("ours", "geth 1.10.26"),
        List.of(
            new BarPlot.Group("192 headers", List.of(212.0, 2_900.0), OptionalDouble.of(300)),
            new BarPlot.Group("1 header", List.of(18.5, 51.0), OptionalDouble.of(25)),
            new BarPlot.Group("CHT proof", List.of(31.0, 104.0), OptionalDouble.of(40)),
            new BarPlot.Group("bloom", List.of(31.0, Double.NaN), OptionalDouble.empty())));
  }

  static HeatMap heat() {
    return new HeatMap(
        "Fairness over clients and capacity",
        "",
        "clients",
        "capacity",
        Unit.RATIO,
        List.of("10", "100", "1,000"),
        List.of("10,000", "50,000", "100,000"),
        List.of(
            List.of(0.99, 0.95, 0.71), List.of(0.99, 0.97, 0.82), List.of(1.0, 0.99, Double.NaN)));
  }

  static List<Block> degenerate() {
    Axis time = Axis.fitted("Time", Unit.ELAPSED_SECONDS);
    Axis value = Axis.of("Value", Unit.COUNT);
    double[] one = {5};
    return List.of(
        new LinePlot("No series", "", time, value, List.of()),
        new LinePlot("A single point", "", time, value, List.of(Series.of("x", one, one))),
        new LinePlot(
            "Only zeros",
            "",
            time,
            value,
            List.of(Series.of("zero", new double[] {0, 1, 2}, new double[] {0, 0, 0}))),
        new LinePlot(
            "Huge, negative and infinite",
            "",
            time,
            value,
            List.of(
                Series.of(
                    "<b>&\"'\u202e</b>",
                    new double[] {0, 1, 2, 3},
                    new double[] {-2e12, 3e15, Double.POSITIVE_INFINITY, 1e15}))),
        oneValueAndNone(),
        HistogramPlot.of("No values", "", value, new Histogram(1_000_000, 2)),
        new ScatterPlot("No points", "", time, value, List.of()),
        new AreaPlot("No areas", "", time, value, true, List.of()),
        new BarPlot("No bars", "", Unit.COUNT, false, List.of("a"), List.of()),
        new Table("No rows", List.of(Table.Column.text("name")), List.of()),
        new KeyFigures(List.of()));
  }

  private static PercentilePlot oneValueAndNone() {
    Histogram single = new Histogram(1_000_000, 2);
    single.recordValue(700);
    return new PercentilePlot(
        "One value, and none",
        "",
        Axis.of("Latency", Unit.MICROS),
        List.of(
            Percentiles.of("one", single), Percentiles.of("none", new Histogram(1_000_000, 2))));
  }
}
