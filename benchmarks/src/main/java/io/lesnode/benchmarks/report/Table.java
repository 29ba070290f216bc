package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * A table. At most {@value #MOST_ROWS} rows are shown; a last line says how many more there are.
 *
 * @param caption above it; may be empty
 * @param columns their headings
 * @param rows cells, already formatted, as many in each row as there are columns; a cell that
 *     begins with ✓ or ✗ is coloured
 */
public record Table(String caption, List<Column> columns, List<List<String>> rows)
    implements Block {
  static final int MOST_ROWS = 2_000;

  /**
   * A column.
   *
   * @param name heading
   * @param unit below the heading; may be empty
   * @param number whether its cells are aligned to the right
   */
  public record Column(String name, String unit, boolean number) {
    /** Words. */
    public static Column text(String name) {
      return new Column(name, "", false);
    }

    /** Numbers of one unit. */
    public static Column number(String name, String unit) {
      return new Column(name, unit, true);
    }
  }

  /** Copies the lists and checks that every row is as wide as the head. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "a row of " + row.size() + " cells in a table of " + columns.size() + " columns");
      }
    }
  }
}
