package io.lesnode.benchmarks.sim.lab;

import io.lesnode.benchmarks.report.Axis;
import io.lesnode.benchmarks.report.Block;
import io.lesnode.benchmarks.report.HeatMap;
import io.lesnode.benchmarks.report.LinePlot;
import io.lesnode.benchmarks.report.Report;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Series;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Text;
import io.lesnode.benchmarks.report.Unit;
import io.lesnode.benchmarks.sim.scenario.Expectation;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The report of a sweep: lines over one parameter, heat maps over the first two, means over all
 * others. Stateless.
 */
final class SweepReport {
  private static final List<String> SERVER_KEYS =
      List.of(
          "utilisation",
          "fairness",
          "latency.p50",
          "latency.p99",
          "freezes",
          "refused.connections",
          "revenue",
          "price.mean");
  private static final List<String> GROUP_KEYS =
      List.of(
          "served.share", "latency.p99", "connected.share.mean", "refused.connections", "spent");
  private static final int MOST_GROUPS = 6;
  private static final int MOST_ROWS = 500;
  private static final Pattern NUMBER = Pattern.compile("(\\d+(?:\\.\\d+)?)([a-zA-Z%/]*)");

  private final Scenario first;
  private final Sweep sweep;
  private final List<SweepPoint> points;
  private final Map<String, Figure> figures = new LinkedHashMap<>();

  private SweepReport(Scenario first, Sweep sweep, List<SweepPoint> points) {
    this.first = first;
    this.sweep = sweep;
    this.points = points;
    points.getFirst().figures().forEach(figure -> figures.put(figure.name(), figure));
  }

  static Report of(Scenario first, Sweep sweep, List<SweepPoint> points) {
    return new SweepReport(first, sweep, points).report();
  }

  private Report report() {
    List<Section> sections = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    if (!first.description().isBlank()) {
      blocks.add(new Text(first.description()));
    }
    blocks.add(axesTable());
    blocks.add(new Text(missedText()));
    sections.add(new Section("In short", blocks));
    sections.add(new Section("The server", plots("", SERVER_KEYS)));
    for (GroupSpec group : first.groups().stream().limit(MOST_GROUPS).toList()) {
      sections.add(new Section("Group " + group.name(), plots(group.name(), GROUP_KEYS)));
    }
    sections.add(new Section("All combinations", List.of(table())));
    return new Report(
        "Sweep: " + first.name(),
        points.size() + " combinations of " + sweep.axes().size() + " parameters",
        sections);
  }

  private Block axesTable() {
    List<List<String>> rows =
        sweep.axes().stream()
            .map(axis -> List.of(axis.path(), String.join(", ", axis.values())))
            .toList();
    return new Table(
        "Parameters", List.of(Table.Column.text("parameter"), Table.Column.text("values")), rows);
  }

  private String missedText() {
    long missed = points.stream().filter(point -> !point.missed().isEmpty()).count();
    if (first.expectations().isEmpty()) {
      return "Nothing was expected of these runs.";
    }
    return missed == 0
        ? "All expectations hold in all combinations."
        : "Expectations are missed in " + missed + " of " + points.size() + " combinations.";
  }

  private List<Block> plots(String group, List<String> keys) {
    Set<String> names = new LinkedHashSet<>();
    keys.forEach(key -> names.add(group.isEmpty() ? key : group + "/" + key));
    for (Expectation expectation : first.expectations()) {
      if (expectation.group().equals(group)) {
        names.add(expectation.name());
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (String name : names) {
      Figure figure = figures.get(name);
      if (figure != null) {
        Unit unit = FigureText.unit(figure.unit());
        blocks.add(sweep.axes().size() == 1 ? line(figure, unit) : heat(figure, unit));
      }
    }
    if (blocks.isEmpty()) {
      blocks.add(new Text("There are no figures of these."));
    }
    return blocks;
  }

  private Block line(Figure figure, Unit unit) {
    List<String> values = sweep.axes().getFirst().values();
    double[] xs = new double[values.size()];
    double[] ys = new double[values.size()];
    String suffix = suffix(values);
    for (int i = 0; i < xs.length; i++) {
      xs[i] = suffix == null ? i + 1 : number(values.get(i));
      ys[i] = points.get(i).value(figure.name());
    }
    Unit across = suffix == null ? Unit.COUNT : Unit.plain(suffix);
    return new LinePlot(
        figure.key(),
        "",
        Axis.fitted(sweep.axes().getFirst().path(), across),
        Axis.of(figure.key(), unit),
        List.of(Series.of(figure.name(), xs, ys)));
  }

  /** The unit that all values have, or null if they are no rising numbers of one unit. */
  private static @Nullable String suffix(List<String> values) {
    String suffix = null;
    double last = Double.NEGATIVE_INFINITY;
    for (String value : values) {
      Matcher matcher = NUMBER.matcher(value);
      if (!matcher.matches() || (suffix != null && !suffix.equals(matcher.group(2)))) {
        return null;
      }
      suffix = matcher.group(2);
      double number = Double.parseDouble(matcher.group(1));
      if (number <= last) {
        return null;
      }
      last = number;
    }
    return suffix;
  }

  private static double number(String value) {
    Matcher matcher = NUMBER.matcher(value);
    return matcher.matches() ? Double.parseDouble(matcher.group(1)) : Double.NaN;
  }

  private Block heat(Figure figure, Unit unit) {
    Sweep.Axis down = sweep.axes().get(0);
    Sweep.Axis across = sweep.axes().get(1);
    int rest = points.size() / (down.values().size() * across.values().size());
    List<List<Double>> cells = new ArrayList<>();
    for (int row = 0; row < down.values().size(); row++) {
      List<Double> line = new ArrayList<>();
      for (int column = 0; column < across.values().size(); column++) {
        // the first two parameters change slowest: the combinations of a cell lie together
        int from = (row * across.values().size() + column) * rest;
        double sum = 0;
        for (SweepPoint point : points.subList(from, from + rest)) {
          sum += point.value(figure.name());
        }
        line.add(sum / rest);
      }
      cells.add(line);
    }
    return new HeatMap(
        figure.key(),
        rest > 1 ? "mean of " + rest + " combinations" : "",
        across.path(),
        down.path(),
        unit,
        across.values(),
        down.values(),
        cells);
  }

  private Block table() {
    List<String> names = SERVER_KEYS.stream().filter(figures::containsKey).toList();
    List<Table.Column> columns = new ArrayList<>();
    sweep.axes().forEach(axis -> columns.add(Table.Column.text(axis.path())));
    names.forEach(name -> columns.add(Table.Column.number(name, "")));
    columns.add(Table.Column.text("expectations"));
    List<List<String>> rows = new ArrayList<>();
    for (SweepPoint point : points.stream().limit(MOST_ROWS).toList()) {
      List<String> row = new ArrayList<>(point.values());
      for (String name : names) {
        Figure figure = figures.get(name);
        String unit = figure == null ? "" : figure.unit();
        row.add(FigureText.unit(unit).format(point.value(name)));
      }
      row.add(point.missed().isEmpty() ? "✓" : "✗ " + point.missed().getFirst());
      rows.add(row);
    }
    String caption =
        points.size() > MOST_ROWS ? "The first " + MOST_ROWS + "; all are in sweep.csv" : "";
    return new Table(caption, columns, rows);
  }
}
