package io.lesnode.benchmarks.jmh;

import java.util.ArrayList;
import java.util.List;

/** Scores as a table of text. */
final class JmhTable {
  private JmhTable() {}

  static String of(List<Score> scores) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("benchmark", "parameters", "score", "± error", "unit", "B/op"));
    for (Score score : scores) {
      rows.add(
          List.of(
              score.name(),
              score.parameters(),
              score.valueText(),
              score.errorText(),
              score.unit(),
              score.bytesText()));
    }
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String pad = " ".repeat(widths[i] - row.get(i).length());
        boolean right = i == 2 || i == 3 || i == 5;
        line.append(i == 0 ? "" : "  ").append(right ? pad + row.get(i) : row.get(i) + pad);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
