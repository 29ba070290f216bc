package io.lesnode.benchmarks.compare;

import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.BarPlot;
import io.lesnode.benchmarks.report.Block;
import io.lesnode.benchmarks.report.KeyFigures;
import io.lesnode.benchmarks.report.Report;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Text;
import io.lesnode.benchmarks.report.Unit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The findings as a report with plots. */
final class ComparisonReport {
  private static final List<Table.Column> COLUMNS =
      List.of(
          Table.Column.text("what"),
          Table.Column.text("figure"),
          Table.Column.number("ours", ""),
          Table.Column.number("geth", ""),
          Table.Column.text("unit"),
          Table.Column.number("ours/geth", ""),
          Table.Column.text("bar"),
          Table.Column.text(""));

  private final CompareContext context;
  private final MachineInfo machine;

  ComparisonReport(CompareContext context, MachineInfo machine) {
    this.context = context;
    this.machine = machine;
  }

  Report report() {
    List<Section> sections = new ArrayList<>();
    sections.add(summary());
    for (Series series : Series.values()) {
      List<Finding> findings = context.findings().of(series);
      if (!findings.isEmpty()) {
        List<Block> blocks = new ArrayList<>();
        blocks.addAll(plots(findings));
        blocks.add(table(series));
        sections.add(new Section(series.title(), blocks));
      }
    }
    sections.add(machine.section());
    return new Report(
        "Ours beside " + context.geth().version(),
        context.ours().version()
            + ", "
            + machine.date()
            + ", one run"
            + (context.settings().isQuick() ? ", quick" : ""),
        sections);
  }

  private Section summary() {
    List<Finding> judged =
        context.findings().all().stream().filter(finding -> finding.isMet().isPresent()).toList();
    long met = judged.stream().filter(finding -> finding.isMet().orElse(false)).count();
    ChainFiles chain = context.chain();
    List<Block> blocks = new ArrayList<>();
    blocks.add(
        KeyFigures.of(
            new KeyFigures.Figure("bars met", met + " of " + judged.size(), "of what is demanded"),
            new KeyFigures.Figure(
                "chain", chain.blocks() + " blocks", chain.transactions() + " transactions"),
            new KeyFigures.Figure("load average", machine.loadAverage(), "at the end")));
    blocks.add(
        new Text(
            "Both programs on one machine, in turn, on the same imported chain. Values are medians,"
                + " in parentheses least and most of all rounds. Processor time per request is the"
                + " comparable figure: the load generator shares the processors with the servers."));
    context.findings().notes().forEach(note -> blocks.add(new Text(note)));
    return new Section("Summary", blocks);
  }

  private Table table(Series series) {
    return new Table("", COLUMNS, new ComparisonTable(context.findings()).rows(series));
  }

  /** One plot for each figure with several subjects; each subject has its own scale. */
  private static List<BarPlot> plots(List<Finding> findings) {
    Map<String, List<Finding>> byFigure = new LinkedHashMap<>();
    findings.forEach(
        finding ->
            byFigure
                .computeIfAbsent(finding.figure() + "\n" + finding.unit(), f -> new ArrayList<>())
                .add(finding));
    List<BarPlot> plots = new ArrayList<>();
    byFigure.values().stream()
        .filter(list -> list.size() > 1 && isPlotted(list.getFirst()))
        .forEach(list -> plots.add(plot(list)));
    return plots;
  }

  private static boolean isPlotted(Finding finding) {
    return finding.bar().isPresent()
        || finding.figure().startsWith("server CPU")
        || finding.figure().startsWith("rate");
  }

  private static BarPlot plot(List<Finding> findings) {
    Finding first = findings.getFirst();
    List<BarPlot.Group> groups = new ArrayList<>();
    for (Finding finding : findings) {
      List<Double> values =
          List.of(
              finding.ours().map(Spread::median).orElse(Double.NaN),
              finding.geth().map(Spread::median).orElse(Double.NaN));
      groups.add(new BarPlot.Group(finding.subject(), values, limit(finding)));
    }
    return new BarPlot(
        first.figure(),
        "each group has a scale of its own",
        unit(first.unit()),
        true,
        List.of("ours", "geth"),
        groups);
  }

  private static OptionalDouble limit(Finding finding) {
    double geth = finding.geth().map(Spread::median).orElse(Double.NaN);
    return finding.bar().stream()
        .mapToDouble(
            bar ->
                switch (bar) {
                  case Bar.AtMost(double limit) -> limit;
                  case Bar.RatioAtMost(double limit) -> limit * geth;
                  case Bar.RatioAtLeast(double limit) -> limit * geth;
                })
        .filter(Double::isFinite)
        .findFirst();
  }

  private static Unit unit(String unit) {
    return switch (unit) {
      case "µs" -> Unit.MICROS;
      case "s" -> Unit.SECONDS;
      default -> Unit.of(unit);
    };
  }
}
