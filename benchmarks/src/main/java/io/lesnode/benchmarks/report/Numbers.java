package io.lesnode.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/**
 * Writes numbers the same way on every machine and JDK: decimal arithmetic from the exact value of
 * a double, a full stop for the decimals and a comma between thousands.
 */
public final class Numbers {
  private static final MathContext DIGITS = new MathContext(3, RoundingMode.HALF_UP);
  private static final MathContext EXACT_ENOUGH = new MathContext(15, RoundingMode.HALF_UP);
  private static final BigDecimal KILO = new BigDecimal(1000);
  private static final BigDecimal KIBI = new BigDecimal(1024);

  private static final List<Step> TIME =
      List.of(step("s", "1"), step("ms", "1e-3"), step("µs", "1e-6"), step("ns", "1e-9"));
  private static final List<Step> CLOCK =
      List.of(step("d", "86400"), step("h", "3600"), step("min", "60"), step("s", "1"));
  private static final List<Step> DECIMAL =
      List.of(
          step("E", "1e18"),
          step("P", "1e15"),
          step("T", "1e12"),
          step("G", "1e9"),
          step("M", "1e6"),
          step("k", "1e3"),
          step("", "1"));
  private static final List<Step> BINARY =
      List.of(
          new Step("Pi", KIBI.pow(5)),
          new Step("Ti", KIBI.pow(4)),
          new Step("Gi", KIBI.pow(3)),
          new Step("Mi", KIBI.pow(2)),
          new Step("Ki", KIBI),
          step("", "1"));
  private static final List<Step> PLAIN = List.of(step("", "1"));

  /** A prefix, or a whole symbol, and what it stands for. */
  record Step(String symbol, BigDecimal size) {}

  private Numbers() {}

  private static Step step(String symbol, String size) {
    return new Step(symbol, new BigDecimal(size));
  }

  /** {@code 1,234,567}. */
  public static String whole(long value) {
    return grouped(BigDecimal.valueOf(value));
  }

  /** The value rounded to so many decimals: {@code 1,234.50}; a dash where there is no number. */
  public static String fixed(double value, int decimals) {
    return Double.isFinite(value)
        ? grouped(new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP))
        : "–";
  }

  /** Three significant digits, more before the decimal point: {@code 0.0123}, {@code 12,345}. */
  public static String significant(double value) {
    return Double.isFinite(value) ? grouped(rounded(new BigDecimal(value))) : "–";
  }

  static String format(Unit unit, double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    BigDecimal base = base(unit, value);
    if (unit.style() == Unit.Style.CLOCK && base.abs().compareTo(new BigDecimal(60)) >= 0) {
      return clock(base);
    }
    Step step = stepFor(unit, base);
    return number(base, step) + suffix(unit, step);
  }

  /** The value in the unit's own symbol. */
  static BigDecimal base(Unit unit, double value) {
    return new BigDecimal(value).round(EXACT_ENOUGH).multiply(unit.factor());
  }

  /** The largest prefix with which the rounded number is at least 1; the smallest for zero. */
  static Step stepFor(Unit unit, BigDecimal base) {
    List<Step> steps = steps(unit.style());
    BigDecimal size = base.abs().max(base.abs().round(DIGITS));
    if (size.signum() == 0) {
      return steps.stream()
          .filter(s -> s.size().compareTo(BigDecimal.ONE) == 0)
          .findFirst()
          .orElseThrow();
    }
    for (Step step : steps) {
      if (size.compareTo(step.size()) >= 0) {
        return step;
      }
    }
    return steps.get(steps.size() - 1);
  }

  private static List<Step> steps(Unit.Style style) {
    return switch (style) {
      case TIME -> TIME;
      case CLOCK -> CLOCK;
      case DECIMAL -> DECIMAL;
      case BINARY -> BINARY;
      case PLAIN -> PLAIN;
    };
  }

  /** What follows a number, with the space before it. */
  static String suffix(Unit unit, Step step) {
    String symbol =
        switch (unit.style()) {
          case TIME, CLOCK -> step.symbol();
          case DECIMAL, BINARY, PLAIN -> step.symbol() + unit.symbol();
        };
    return symbol.isEmpty() ? "" : " " + symbol;
  }

  static String number(BigDecimal base, Step step) {
    return grouped(rounded(base.divide(step.size(), EXACT_ENOUGH)));
  }

  private static BigDecimal rounded(BigDecimal value) {
    // digits before the decimal point are never rounded away below a million
    boolean large = value.abs().compareTo(KILO) >= 0;
    BigDecimal result = large ? value.setScale(0, RoundingMode.HALF_UP) : value.round(DIGITS);
    return result.signum() == 0 ? BigDecimal.ZERO : result.stripTrailingZeros();
  }

  /** {@code 1 h 30 min}: two parts at most. */
  private static String clock(BigDecimal seconds) {
    long exact = seconds.abs().setScale(0, RoundingMode.HALF_UP).longValue();
    long smallest = exact >= 86_400 ? 3_600 : exact >= 3_600 ? 60 : 1;
    long left = (exact + smallest / 2) / smallest * smallest;
    String sign = seconds.signum() < 0 ? "−" : "";
    long days = left / 86_400;
    long hours = left / 3_600 % 24;
    long minutes = left / 60 % 60;
    if (days > 0) {
      return sign + days + " d" + part(hours, "h");
    }
    if (hours > 0) {
      return sign + hours + " h" + part(minutes, "min");
    }
    return sign + minutes + " min" + part(left % 60, "s");
  }

  private static String part(long number, String symbol) {
    return number == 0 ? "" : " " + number + " " + symbol;
  }

  private static String grouped(BigDecimal value) {
    String plain = value.abs().toPlainString();
    int point = plain.indexOf('.');
    String whole = point < 0 ? plain : plain.substring(0, point);
    StringBuilder text = new StringBuilder();
    if (value.signum() < 0) {
      text.append('−');
    }
    for (int i = 0; i < whole.length(); i++) {
      if (i > 0 && (whole.length() - i) % 3 == 0) {
        text.append(',');
      }
      text.append(whole.charAt(i));
    }
    return text.append(point < 0 ? "" : plain.substring(point)).toString();
  }
}
