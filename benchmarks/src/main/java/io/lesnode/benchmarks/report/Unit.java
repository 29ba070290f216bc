package io.lesnode.benchmarks.report;

import java.math.BigDecimal;

/**
 * How numbers of one kind are written.
 *
 * @param symbol what follows the number, after a prefix such as k or M where the style has them
 * @param style which prefixes there are
 * @param factor what a value is multiplied by to be in the unit of the symbol, a decimal number
 */
public record Unit(String symbol, Style style, BigDecimal factor) {
  /** Which prefixes there are. */
  public enum Style {
    /** ns, µs, ms, s. */
    TIME,
    /** s, min, h, d: for the course of a run. */
    CLOCK,
    /** k, M, G, T by 1,000; none below 1, where m would be read as metres. */
    DECIMAL,
    /** Ki, Mi, Gi, Ti by 1,024. */
    BINARY,
    /** None. */
    PLAIN
  }

  /** Latencies and other short times in nanoseconds. */
  public static final Unit NANOS = new Unit("s", Style.TIME, new BigDecimal("1e-9"));

  /** Latencies and other short times in microseconds. */
  public static final Unit MICROS = new Unit("s", Style.TIME, new BigDecimal("1e-6"));

  /** Short times in seconds. */
  public static final Unit SECONDS = new Unit("s", Style.TIME, BigDecimal.ONE);

  /** The course of a run in nanoseconds since its beginning. */
  public static final Unit ELAPSED_NANOS = new Unit("s", Style.CLOCK, new BigDecimal("1e-9"));

  /** The course of a run in seconds since its beginning. */
  public static final Unit ELAPSED_SECONDS = new Unit("s", Style.CLOCK, BigDecimal.ONE);

  /** Bytes. */
  public static final Unit BYTES = new Unit("B", Style.BINARY, BigDecimal.ONE);

  /** Things that are counted. */
  public static final Unit COUNT = new Unit("", Style.DECIMAL, BigDecimal.ONE);

  /** Values that are percentages already. */
  public static final Unit PERCENT = new Unit("%", Style.PLAIN, BigDecimal.ONE);

  /** Parts of one, written as percentages. */
  public static final Unit PARTS = new Unit("%", Style.PLAIN, new BigDecimal("100"));

  /** Ratios and indices. */
  public static final Unit RATIO = new Unit("", Style.PLAIN, BigDecimal.ONE);

  /** Another unit, with prefixes by 1,000: {@code req/s}, {@code wei}, {@code gas}. */
  public static Unit of(String symbol) {
    return new Unit(symbol, Style.DECIMAL, BigDecimal.ONE);
  }

  /** Another unit without prefixes. */
  public static Unit plain(String symbol) {
    return new Unit(symbol, Style.PLAIN, BigDecimal.ONE);
  }

  /** The value with three significant digits and its unit, for instance {@code 1.25 ms}. */
  public String format(double value) {
    return Numbers.format(this, value);
  }
}
