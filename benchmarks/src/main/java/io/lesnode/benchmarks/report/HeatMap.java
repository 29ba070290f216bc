package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * Values over two parameters as a table of coloured cells.
 *
 * @param title what it shows
 * @param note how to read it; may be empty
 * @param across what is along the top
 * @param down what is along the side
 * @param unit how numbers are written
 * @param columns the values of the parameter along the top
 * @param rows the values of the parameter along the side
 * @param values one list for each row; not a number where there is none
 */
public record HeatMap(
    String title,
    String note,
    String across,
    String down,
    Unit unit,
    List<String> columns,
    List<String> rows,
    List<List<Double>> values)
    implements Plot {
  /** Copies the lists and checks their sizes. */
  public HeatMap {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    values = values.stream().map(List::copyOf).toList();
    if (values.size() != rows.size()) {
      throw new IllegalArgumentException("a heat map needs one list of values for each row");
    }
    for (List<Double> row : values) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException("a heat map needs one value for each column");
      }
    }
  }
}
