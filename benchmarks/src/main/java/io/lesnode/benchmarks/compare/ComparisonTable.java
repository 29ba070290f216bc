package io.lesnode.benchmarks.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The findings as text: for a terminal, and as Markdown. */
final class ComparisonTable {
  private static final List<String> HEAD =
      List.of("", "", "ours", "geth", "unit", "ours/geth", "bar", "");

  private final Findings findings;

  ComparisonTable(Findings findings) {
    this.findings = findings;
  }

  /** Prints all series with columns under each other. */
  void print(PrintWriter out) {
    for (Series series : Series.values()) {
      List<List<String>> rows = rows(series);
      if (rows.isEmpty()) {
        continue;
      }
      out.println();
      out.println(series.title());
      rows.addFirst(HEAD);
      int[] widths = widths(rows);
      rows.forEach(row -> out.println(line(row, widths)));
    }
    if (!findings.notes().isEmpty()) {
      out.println();
      findings.notes().forEach(out::println);
    }
    out.flush();
  }

  /** The same as Markdown, without a title. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    for (Series series : Series.values()) {
      List<List<String>> rows = rows(series);
      if (rows.isEmpty()) {
        continue;
      }
      text.append("## ").append(series.title()).append("\n\n");
      text.append("| what | figure | ours | geth | unit | ours/geth | bar | |\n");
      text.append("|---|---|---:|---:|---|---:|---|---|\n");
      rows.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
      text.append('\n');
    }
    findings.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    return text.toString();
  }

  /** What was found in a series, as texts in the order of the columns. */
  List<List<String>> rows(Series series) {
    List<List<String>> rows = new ArrayList<>();
    findings.of(series).forEach(finding -> rows.add(row(finding)));
    return rows;
  }

  private static List<String> row(Finding finding) {
    return List.of(
        finding.subject(),
        finding.figure(),
        value(finding.ours()),
        value(finding.geth()),
        finding.unit(),
        finding.ratio().map(ratio -> Figures.text(ratio) + "×").orElse(""),
        finding.bar().map(Bar::text).orElse(""),
        finding.isMet().map(met -> met ? "✓" : "✗").orElse(""));
  }

  /** The median, and least to most if there were several rounds. */
  private static String value(Optional<Spread> spread) {
    return spread
        .map(
            s ->
                Figures.text(s.median())
                    + (s.values().size() == 1
                        ? ""
                        : " (" + Figures.text(s.least()) + "–" + Figures.text(s.most()) + ")"))
        .orElse("–");
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String gap = " ".repeat(widths[i] - row.get(i).length());
      boolean number = i == 2 || i == 3 || i == 5;
      line.append("  ").append(number ? gap + row.get(i) : row.get(i) + gap);
    }
    return line.toString().stripTrailing();
  }
}
