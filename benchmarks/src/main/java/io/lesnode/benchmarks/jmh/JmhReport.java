package io.lesnode.benchmarks.jmh;

import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.BarPlot;
import io.lesnode.benchmarks.report.Block;
import io.lesnode.benchmarks.report.Report;
import io.lesnode.benchmarks.report.Section;
import io.lesnode.benchmarks.report.Table;
import io.lesnode.benchmarks.report.Table.Column;
import io.lesnode.benchmarks.report.Unit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores as a report: a section for each subject with a table and bars for each class. */
final class JmhReport {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("benchmark"),
          Column.text("parameters"),
          Column.number("score", ""),
          Column.number("error", "99.9 %"),
          Column.text("unit"),
          Column.number("allocated", "B/op"));

  private JmhReport() {}

  static Report of(List<Score> scores, MachineInfo machine) {
    Map<String, List<Score>> subjects = new TreeMap<>();
    for (Score score : scores) {
      String subject = score.name().substring(0, score.name().indexOf('.'));
      subjects.computeIfAbsent(subject, key -> new ArrayList<>()).add(score);
    }
    List<Section> sections = new ArrayList<>();
    subjects.forEach((subject, of) -> sections.add(new Section(subject, blocks(of))));
    sections.add(machine.section());
    return new Report(
        "JMH benchmarks",
        scores.size() + " results · les at " + machine.commit() + " · " + machine.date(),
        sections);
  }

  private static List<Block> blocks(List<Score> scores) {
    List<Block> blocks = new ArrayList<>();
    Map<String, List<Score>> groups = new TreeMap<>();
    List<List<String>> rows = new ArrayList<>();
    for (Score score : scores) {
      String type = score.name().substring(0, score.name().lastIndexOf('.'));
      groups.computeIfAbsent(type + "|" + score.unit(), key -> new ArrayList<>()).add(score);
      rows.add(
          List.of(
              score.name(),
              score.parameters(),
              score.valueText(),
              score.errorText(),
              score.unit(),
              score.bytesText()));
    }
    blocks.add(new Table("", COLUMNS, rows));
    groups.forEach((key, of) -> blocks.add(bars(key.substring(0, key.indexOf('|')), of)));
    return blocks;
  }

  private static BarPlot bars(String title, List<Score> scores) {
    List<BarPlot.Group> groups = new ArrayList<>();
    for (Score score : scores) {
      String method = score.name().substring(score.name().lastIndexOf('.') + 1);
      String label = (method + " " + score.parameters()).strip();
      groups.add(BarPlot.Group.of(label, score.value()));
    }
    Unit unit = unit(scores.get(0).unit());
    String what = unit.style() == Unit.Style.TIME ? "less is better" : "more is better";
    return new BarPlot(title, what, unit, false, List.of("score"), groups);
  }

  private static Unit unit(String unit) {
    return switch (unit) {
      case "ns" -> Unit.NANOS;
      case "µs" -> Unit.MICROS;
      case "ms" -> new Unit("s", Unit.Style.TIME, new BigDecimal("1e-3"));
      case "s" -> Unit.SECONDS;
      default -> Unit.of(unit.replace("ops/", "op/"));
    };
  }
}
