package io.lesnode.benchmarks.sim.lab;

import io.lesnode.benchmarks.report.Unit;
import io.lesnode.benchmarks.sim.scenario.Figure;
import java.math.BigDecimal;

/** Figures as people read them. Stateless. */
final class FigureText {
  private static final Unit MILLIS = new Unit("s", Unit.Style.TIME, new BigDecimal("1e-3"));
  private static final Unit GWEI = new Unit("gwei", Unit.Style.DECIMAL, new BigDecimal("1e-9"));
  private static final Unit GWEI_PER_HOUR =
      new Unit("gwei/h", Unit.Style.DECIMAL, new BigDecimal("1e-9"));

  private FigureText() {}

  /** How numbers of a unit of results are written. */
  static Unit unit(String unit) {
    return switch (unit) {
      case "" -> Unit.RATIO;
      case "ns" -> Unit.NANOS;
      case "ms" -> MILLIS;
      case "s" -> Unit.SECONDS;
      case "%" -> Unit.PERCENT;
      case "1/s" -> Unit.of("/s");
      case "wei" -> GWEI;
      case "wei/h" -> GWEI_PER_HOUR;
      default -> Unit.of(unit);
    };
  }

  /** A figure with its unit. */
  static String of(Figure figure) {
    double value = figure.value().doubleValue();
    if (figure.unit().isEmpty() && figure.value().stripTrailingZeros().scale() <= 0) {
      return ResultText.number(figure.value());
    }
    return unit(figure.unit()).format(value);
  }
}
