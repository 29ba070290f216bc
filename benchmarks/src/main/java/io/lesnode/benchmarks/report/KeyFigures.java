package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * The few numbers that a reader wants first, shown large.
 *
 * @param figures in order
 */
public record KeyFigures(List<Figure> figures) implements Block {
  /**
   * One number.
   *
   * @param label what it is
   * @param value already formatted, with its unit: {@link Unit#format}, {@link Numbers}
   * @param note a line in small print; may be empty
   */
  public record Figure(String label, String value, String note) {}

  /** Copies the list. */
  public KeyFigures {
    figures = List.copyOf(figures);
  }

  /** The same for figures that are known one by one. */
  public static KeyFigures of(Figure... figures) {
    return new KeyFigures(List.of(figures));
  }
}
