package io.lesnode.benchmarks.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to places between 0 and 1, and knows where the numbers along the axis stand.
 *
 * <p>Ticks are decimal numbers, found with decimal arithmetic; places are doubles computed with
 * operations that are the same on every JDK ({@link StrictMath} for logarithms).
 */
final class Scale {
  private static final MathContext DIGITS = new MathContext(12, RoundingMode.HALF_UP);
  private static final int WANTED_TICKS = 5;
  private static final int MOST_TICKS = 40;
  private static final long[] CLOCK_STEPS = {
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
    86_400, 172_800, 604_800, 1_209_600, 2_592_000
  };

  /** A number along the axis. */
  record Tick(double place, String label) {}

  private enum Kind {
    EVEN,
    LOGARITHMIC,
    PERCENTILE
  }

  private final Kind kind;
  private final Unit unit;
  private final double low;
  private final double high;
  private final List<Tick> ticks = new ArrayList<>();
  private String suffix = "";

  private Scale(Kind kind, Unit unit, double low, double high) {
    this.kind = kind;
    this.unit = unit;
    this.low = low;
    this.high = high;
  }

  /** The scale of an axis for values from {@code least} to {@code most}, both finite. */
  static Scale of(Axis axis, double least, double most) {
    Unit unit = axis.unit();
    double factor = unit.factor().doubleValue();
    return switch (axis.scale()) {
      case FROM_ZERO -> even(unit, Math.min(0, least * factor), Math.max(0, most * factor), true);
      case FITTED -> even(unit, least * factor, most * factor, false);
      case LOGARITHMIC -> logarithmic(unit, least * factor, most * factor);
    };
  }

  /** The scale of percentiles up to the one that is {@code most}, below 100. */
  static Scale percentiles(double most) {
    double nines = Math.min(7, Math.max(1, nines(most)));
    Scale scale = new Scale(Kind.PERCENTILE, Unit.PERCENT, 0, nines);
    scale.ticks.add(new Tick(0, "0 %"));
    scale.ticks.add(new Tick(nines(50) / nines, "50 %"));
    for (int i = 1; i <= nines + 1e-6; i++) {
      String label = i == 1 ? "90 %" : i == 2 ? "99 %" : "99." + "9".repeat(i - 2) + " %";
      scale.ticks.add(new Tick(Math.min(1, i / nines), label));
    }
    return scale;
  }

  private static double nines(double percentile) {
    return -StrictMath.log10(1 - Math.min(percentile, 99.999_999) / 100);
  }

  private static Scale even(Unit unit, double least, double most, boolean rounded) {
    double end = most > least ? most : least == 0 ? 1 : least + Math.abs(least) / 2;
    double start = most > least || rounded ? least : least - Math.abs(least) / 2;
    BigDecimal largest = new BigDecimal(Math.max(Math.abs(start), Math.abs(end)));
    Numbers.Step prefix = Numbers.stepFor(unit, largest);
    boolean clock = unit.style() == Unit.Style.CLOCK;
    BigDecimal span = new BigDecimal(end).subtract(new BigDecimal(start));
    BigDecimal step = clock ? clockStep(span) : niceStep(span, prefix.size());
    BigDecimal first = multiple(start, step, RoundingMode.CEILING);
    if (rounded) {
      first = multiple(start, step, RoundingMode.FLOOR);
      start = first.doubleValue();
      end = multiple(end, step, RoundingMode.CEILING).doubleValue();
    }
    Scale scale = new Scale(Kind.EVEN, unit, start, end);
    scale.suffix = clock ? "" : Numbers.suffix(unit, prefix).strip();
    for (BigDecimal at = first;
        at.doubleValue() <= end && scale.ticks.size() < MOST_TICKS;
        at = at.add(step)) {
      String label = clock ? clockLabel(unit, at) : Numbers.number(at, prefix);
      scale.ticks.add(new Tick(scale.place(at.doubleValue()), label));
    }
    return scale;
  }

  private static String clockLabel(Unit unit, BigDecimal at) {
    Unit seconds = new Unit(unit.symbol(), unit.style(), BigDecimal.ONE);
    return Numbers.format(seconds, at.doubleValue());
  }

  private static BigDecimal multiple(double value, BigDecimal step, RoundingMode mode) {
    // what is a multiple but for the last bits of a double is taken as the multiple
    BigDecimal exact = new BigDecimal(value).round(DIGITS);
    return exact.divide(step, 0, mode).multiply(step);
  }

  /** 1, 2 or 5 times a power of ten, in units of the prefix. */
  private static BigDecimal niceStep(BigDecimal span, BigDecimal prefix) {
    BigDecimal wanted = span.divide(prefix, DIGITS).divide(new BigDecimal(WANTED_TICKS), DIGITS);
    int exponent = wanted.precision() - wanted.scale() - 1;
    BigDecimal power = BigDecimal.ONE.scaleByPowerOfTen(exponent);
    for (String times : List.of("1", "2", "5")) {
      BigDecimal step = power.multiply(new BigDecimal(times));
      if (step.compareTo(wanted) >= 0) {
        return step.multiply(prefix);
      }
    }
    return power.multiply(BigDecimal.TEN).multiply(prefix);
  }

  private static BigDecimal clockStep(BigDecimal spanSeconds) {
    BigDecimal wanted = spanSeconds.divide(new BigDecimal(WANTED_TICKS + 1), DIGITS);
    if (wanted.compareTo(BigDecimal.ONE) <= 0) {
      return niceStep(spanSeconds, BigDecimal.ONE);
    }
    for (long step : CLOCK_STEPS) {
      if (BigDecimal.valueOf(step).compareTo(wanted) >= 0) {
        return BigDecimal.valueOf(step);
      }
    }
    return niceStep(spanSeconds, BigDecimal.valueOf(86_400));
  }

  private static Scale logarithmic(Unit unit, double least, double most) {
    double start = least > 0 ? least : 1e-9;
    double end = Math.max(most, start);
    List<BigDecimal> marks =
        unit.style() == Unit.Style.BINARY ? powersOfTwo(start, end) : decades(start, end);
    int from = 0;
    while (from + 1 < marks.size() && marks.get(from + 1).doubleValue() <= start) {
      from++;
    }
    int to = from + 1;
    while (to + 1 < marks.size() && marks.get(to).doubleValue() < end) {
      to++;
    }
    if (to >= marks.size()) {
      marks.add(marks.get(marks.size() - 1).multiply(new BigDecimal("2")));
      to = marks.size() - 1;
    }
    Scale scale =
        new Scale(
            Kind.LOGARITHMIC,
            unit,
            StrictMath.log10(marks.get(from).doubleValue()),
            StrictMath.log10(marks.get(to).doubleValue()));
    for (BigDecimal mark : marks.subList(from, to + 1)) {
      String label =
          Numbers.number(mark, Numbers.stepFor(unit, mark))
              + Numbers.suffix(unit, Numbers.stepFor(unit, mark));
      scale.ticks.add(new Tick(scale.place(mark.doubleValue()), label));
    }
    return scale;
  }

  /** Powers of ten around a range, and 2 and 5 times them when the range is short. */
  private static List<BigDecimal> decades(double start, double end) {
    int low = (int) StrictMath.floor(StrictMath.log10(start) + 1e-9);
    int high = (int) StrictMath.ceil(StrictMath.log10(end) - 1e-9);
    List<BigDecimal> marks = new ArrayList<>();
    for (int decade = low; decade <= high; decade++) {
      for (String times : high - low <= 2 ? List.of("1", "2", "5") : List.of("1")) {
        marks.add(new BigDecimal(times).scaleByPowerOfTen(decade));
      }
    }
    return marks;
  }

  /** Powers of two around a range, at most about eight of them. */
  private static List<BigDecimal> powersOfTwo(double start, double end) {
    int low = Math.getExponent(Math.max(1, start));
    int high = Math.max(low, Math.getExponent(Math.max(1, end))) + 1;
    int stride = 1 + (high - low) / 8;
    List<BigDecimal> marks = new ArrayList<>();
    for (int power = low; power < high + stride; power += stride) {
      marks.add(new BigDecimal(BigInteger.TWO.pow(power)));
    }
    return marks;
  }

  /** Where a value is, from 0 to 1; not a number when it cannot be shown. */
  double at(double value) {
    if (!Double.isFinite(value)) {
      return Double.NaN;
    }
    return place(kind == Kind.PERCENTILE ? value : value * unit.factor().doubleValue());
  }

  private double place(double base) {
    double linear =
        switch (kind) {
          case EVEN -> base;
          case LOGARITHMIC -> base > 0 ? StrictMath.log10(base) : Double.NaN;
          case PERCENTILE -> nines(base);
        };
    double place = (linear - low) / (high - low);
    return Double.isNaN(place) ? place : Math.min(1, Math.max(0, place));
  }

  /** Numbers along the axis, rising. */
  List<Tick> ticks() {
    return ticks;
  }

  /** The label of an axis with the unit that its numbers have in common. */
  String labelled(String label) {
    return suffix.isEmpty() ? label : label + " (" + suffix + ")";
  }

  /** What the script of the page needs to compute values from places. */
  String forScript() {
    return kind.name().charAt(0)
        + ","
        + plain(low)
        + ","
        + plain(high)
        + ","
        + unit.style().name().charAt(0)
        + ","
        + unit.symbol();
  }

  private static String plain(double value) {
    return new BigDecimal(value).round(DIGITS).toString();
  }
}
