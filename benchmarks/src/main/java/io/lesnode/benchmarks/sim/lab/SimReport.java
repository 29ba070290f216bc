package io.lesnode.benchmarks.sim.lab;

import io.lesnode.benchmarks.report.AreaPlot;
import io.lesnode.benchmarks.report.Axis;
import io.lesnode.benchmarks.report.Block;
import io.lesnode.benchmarks.report.KeyFigures;
import io.lesnode.benchmarks.report.LinePlot;
import io.lesnode.benchmarks.report.PercentilePlot;
import io.lesnode.benchmarks.report.Percentiles;
import io.lesnode.benchmarks.report.Report;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Text;
import io.lesnode.benchmarks.report.Unit;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Latencies;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The report of one run. Stateless. */
final class SimReport {
  private static final Axis TIME = Axis.fitted("virtual time", Unit.ELAPSED_NANOS);

  /** So many lines can be told apart in a plot. */
  private static final int MOST_LINES = 8;

  /** What is shown large, where the result has it. */
  private static final List<String> KEYS =
      List.of(
          "served.requests",
          "utilisation",
          "fairness",
          "latency.p50",
          "latency.p99",
          "freezes",
          "refused.connections",
          "revenue");

  /** What the words of keys mean, for the small print. */
  private static final Map<String, String> NOTES =
      Map.of(
          "served.requests", "after the warm-up",
          "utilisation", "served cost of what the recharge allowed",
          "fairness", "Jain's index of service per capacity",
          "latency.p50", "half of the answers were faster",
          "latency.p99", "of 100 answers one was slower",
          "revenue", "all payments");

  private final Scenario scenario;
  private final SimResult result;
  private final List<Checked> checks;

  private SimReport(Scenario scenario, SimResult result, List<Checked> checks) {
    this.scenario = scenario;
    this.result = result;
    this.checks = checks;
  }

  static Report of(Scenario scenario, SimResult result, List<Checked> checks) {
    return new SimReport(scenario, result, checks).report();
  }

  private Report report() {
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("In short", inShort()));
    sections.add(new Section("The server over time", serverPlots()));
    if (scenario.groups().size() <= MOST_LINES) {
      sections.add(new Section("Groups of clients over time", groupPlots()));
    }
    sections.add(new Section("Latency", latency()));
    sections.add(new Section("Figures", List.of(serverTable(), groupTable())));
    String subtitle =
        "%s clients for %s of virtual time, seed %d; the same scenario and seed give the same bytes"
            .formatted(
                scenario.clients(),
                Unit.ELAPSED_NANOS.format((double) scenario.durationNanos()),
                result.seed());
    return new Report("Simulation: " + scenario.name(), subtitle, sections);
  }

  private List<Block> inShort() {
    List<Block> blocks = new ArrayList<>();
    if (!scenario.description().isBlank()) {
      blocks.add(new Text(scenario.description()));
    }
    List<KeyFigures.Figure> figures = new ArrayList<>();
    for (String key : KEYS) {
      result
          .figure("", key)
          .ifPresent(
              figure ->
                  figures.add(
                      new KeyFigures.Figure(
                          key, FigureText.of(figure), NOTES.getOrDefault(key, ""))));
    }
    blocks.add(new KeyFigures(figures));
    if (!checks.isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      for (Checked check : checks) {
        rows.add(
            List.of(
                check.expectation().name(),
                check.expectation().bounds(),
                check.figure().map(f -> ResultText.number(f.value())).orElse("absent"),
                check.holds() ? "✓ holds" : "✗ missed"));
      }
      blocks.add(
          new Table(
              "Expectations",
              List.of(
                  Table.Column.text("figure"),
                  Table.Column.text("expected"),
                  Table.Column.number("is", ""),
                  Table.Column.text("")),
              rows));
    }
    return blocks;
  }

  private List<Block> serverPlots() {
    List<Block> blocks = new ArrayList<>();
    for (Series series : result.series()) {
      if (series.group().isEmpty() && !series.name().startsWith("latency")) {
        blocks.add(plot(series.name(), series.unit(), List.of(series)));
      }
    }
    List<Series> latencies =
        result.series().stream()
            .filter(s -> s.group().isEmpty() && s.name().startsWith("latency"))
            .toList();
    if (!latencies.isEmpty()) {
      blocks.add(plot("latency", latencies.getFirst().unit(), latencies));
    }
    return blocks;
  }

  private List<Block> groupPlots() {
    Map<String, List<Series>> byName = new LinkedHashMap<>();
    for (Series series : result.series()) {
      if (!series.group().isEmpty()) {
        byName.computeIfAbsent(series.name(), name -> new ArrayList<>()).add(series);
      }
    }
    List<Block> blocks = new ArrayList<>();
    byName.forEach(
        (name, all) -> {
          if (all.stream().anyMatch(SimReport::isNotZero)) {
            boolean isPart = name.equals("served.cost") && all.size() > 1 && haveSameTimes(all);
            blocks.add(isPart ? areas(name, all) : plot(name, all.getFirst().unit(), all));
          }
        });
    if (blocks.isEmpty()) {
      blocks.add(new Text("Nothing happened."));
    }
    return blocks;
  }

  private static boolean isNotZero(Series series) {
    for (int i = 0; i < series.size(); i++) {
      if (series.value(i) != 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean haveSameTimes(List<Series> all) {
    return all.stream().allMatch(s -> s.size() == all.getFirst().size());
  }

  private static Block areas(String name, List<Series> all) {
    String unit = all.getFirst().unit();
    return new AreaPlot(
        name, "one upon another", TIME, Axis.of(name, FigureText.unit(unit)), false, lines(all));
  }

  private static Block plot(String name, String unit, List<Series> all) {
    return new LinePlot(name, "", TIME, Axis.of(name, FigureText.unit(unit)), lines(all));
  }

  private static List<io.lesnode.benchmarks.report.Series> lines(List<Series> all) {
    List<io.lesnode.benchmarks.report.Series> lines = new ArrayList<>();
    for (Series series : all) {
      long[] times = new long[series.size()];
      double[] values = new double[series.size()];
      for (int i = 0; i < values.length; i++) {
        times[i] = series.timeNanos(i);
        values[i] = series.value(i);
      }
      String name = series.group().isEmpty() ? series.name() : series.group();
      lines.add(io.lesnode.benchmarks.report.Series.of(name, times, values));
    }
    return lines;
  }

  private List<Block> latency() {
    List<Percentiles> curves = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    for (Latencies each : result.latencies()) {
      if (each.count() == 0) {
        continue;
      }
      String name = each.group().isEmpty() ? "all" : each.group();
      if (each.kind().isEmpty() && curves.size() < MOST_LINES) {
        curves.add(new Percentiles(name, steps(each)));
      }
      rows.add(
          List.of(
              name,
              each.kind().isEmpty() ? "all" : each.kind(),
              Long.toString(each.count()),
              at(each, 50),
              at(each, 90),
              at(each, 99),
              at(each, 100)));
    }
    return List.of(
        new PercentilePlot(
            "Latency of answers",
            "from when a request came up to its answer, with waiting for credit",
            Axis.logarithmic("latency", Unit.NANOS),
            curves),
        new Table(
            "Latency by kind of request",
            List.of(
                Table.Column.text("group"),
                Table.Column.text("kind"),
                Table.Column.number("answers", ""),
                Table.Column.number("p50", ""),
                Table.Column.number("p90", ""),
                Table.Column.number("p99", ""),
                Table.Column.number("most", "")),
            rows));
  }

  private static List<Percentiles.Step> steps(Latencies latencies) {
    List<Percentiles.Step> steps = new ArrayList<>();
    double last = -1;
    for (Latencies.Point point : latencies.points()) {
      // the largest of n is at the percentile that n can tell apart
      double percentile = Math.min(point.percentile(), 100 * (1 - 1.0 / latencies.count()));
      if (percentile > last && percentile < 100) {
        steps.add(new Percentiles.Step(percentile, (double) point.nanos()));
        last = percentile;
      }
    }
    return steps;
  }

  private static String at(Latencies latencies, double percentile) {
    return latencies.points().stream()
        .filter(point -> point.percentile() >= percentile)
        .findFirst()
        .map(point -> Unit.NANOS.format((double) point.nanos()))
        .orElse("");
  }

  private Block serverTable() {
    List<List<String>> rows =
        result.figures().stream()
            .filter(figure -> figure.group().isEmpty())
            .map(figure -> List.of(figure.key(), FigureText.of(figure)))
            .toList();
    return new Table(
        "Server", List.of(Table.Column.text("figure"), Table.Column.number("value", "")), rows);
  }

  private Block groupTable() {
    Map<String, Figure> byName = new LinkedHashMap<>();
    Set<String> keys = new LinkedHashSet<>();
    for (Figure figure : result.figures()) {
      byName.put(figure.name(), figure);
      if (!figure.group().isEmpty()) {
        keys.add(figure.key());
      }
    }
    List<Table.Column> columns = new ArrayList<>(List.of(Table.Column.text("figure")));
    for (GroupSpec group : scenario.groups()) {
      columns.add(Table.Column.number(group.name(), group.count() + " clients"));
    }
    List<List<String>> rows = new ArrayList<>();
    for (String key : keys) {
      List<String> row = new ArrayList<>(List.of(key));
      for (GroupSpec group : scenario.groups()) {
        Figure figure = byName.get(group.name() + "/" + key);
        row.add(figure == null ? "" : FigureText.of(figure));
      }
      rows.add(row);
    }
    return new Table("Groups of clients", columns, rows);
  }
}
