package io.lesnode.benchmarks.compare;

import java.util.Locale;

/** How numbers are written: three digits that count, no exponents, independent of the locale. */
final class Figures {
  private static final double THOUSAND = 1000;
  private static final double HUNDRED = 100;
  private static final double TEN = 10;

  private Figures() {}

  /** For instance 12,345, 123, 12.3, 1.23. */
  static String text(double value) {
    double size = Math.abs(value);
    if (size >= THOUSAND) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size >= HUNDRED || value == 0) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    return String.format(Locale.ROOT, size >= TEN ? "%.1f" : "%.2f", value);
  }

  /** Without digits that say nothing: 300, 0.5. */
  static String plain(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : Double.toString(value);
  }
}
