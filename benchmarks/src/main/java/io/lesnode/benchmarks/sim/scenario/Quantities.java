package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.payment.EtherUnits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Quantities as people write them, with their units; exact. What is written reads back as the same.
 * Stateless; every failure is an {@link IllegalArgumentException} whose message is one sentence
 * without the place.
 */
final class Quantities {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|s|m|h|d)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}(?:\\.\\d{1,9})?");
  private static final Map<String, Long> TIMES = new LinkedHashMap<>();
  private static final Map<String, Long> PERIODS = new LinkedHashMap<>();
  private static final Map<String, Long> SIZES = new LinkedHashMap<>();

  static {
    TIMES.put("d", 86_400_000_000_000L);
    TIMES.put("h", 3_600_000_000_000L);
    TIMES.put("m", 60_000_000_000L);
    TIMES.put("s", 1_000_000_000L);
    TIMES.put("ms", 1_000_000L);
    TIMES.put("us", 1_000L);
    TIMES.put("ns", 1L);
    PERIODS.put("s", 1_000_000_000L);
    PERIODS.put("min", 60_000_000_000L);
    PERIODS.put("h", 3_600_000_000_000L);
    SIZES.put("GB", 1_000_000_000L);
    SIZES.put("MB", 1_000_000L);
    SIZES.put("kB", 1_000L);
    SIZES.put("B", 1L);
  }

  private Quantities() {}

  /** Nanoseconds of {@code 10s}, {@code 250ms}, {@code 1h30m}. */
  static long nanos(String text) {
    Matcher parts = PART.matcher(text);
    BigDecimal sum = BigDecimal.ZERO;
    int end = 0;
    while (parts.find() && parts.start() == end) {
      long unit = TIMES.getOrDefault(parts.group(2), 1L);
      sum = sum.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
      end = parts.end();
    }
    if (end == 0 || end != text.length()) {
      throw NUMBER.matcher(text).matches()
          ? new IllegalArgumentException(
              "'" + text + "' has no unit; write for example " + text + "s or " + text + "ms")
          : new IllegalArgumentException(
              "'" + text + "' is no time; write for example 10s, 250ms or 1h30m");
    }
    return whole(sum, text, "nanoseconds");
  }

  /** The shortest text with one unit. */
  static String nanosText(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    for (Map.Entry<String, Long> unit : TIMES.entrySet()) {
      if (nanos % unit.getValue() == 0) {
        return nanos / unit.getValue() + unit.getKey();
      }
    }
    throw new IllegalStateException("no unit for " + nanos);
  }

  /** A rate of {@code 2/s}, {@code 10/min}, {@code 0.5/h}. */
  static Rate rate(String text) {
    int slash = text.indexOf('/');
    Long period = slash < 0 ? null : PERIODS.get(text.substring(slash + 1));
    if (period == null || !NUMBER.matcher(text.substring(0, slash)).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate; write for example 2/s, 10/min or 5/h");
    }
    BigDecimal number = new BigDecimal(text.substring(0, slash)).stripTrailingZeros();
    int digits = Math.max(0, number.scale());
    long tens = BigInteger.TEN.pow(digits).longValueExact();
    return new Rate(
        number.multiply(BigDecimal.valueOf(tens)).longValueExact(),
        Math.multiplyExact(period, tens));
  }

  /** As {@link #rate} reads it. */
  static String rateText(Rate rate) {
    for (Map.Entry<String, Long> period : PERIODS.entrySet()) {
      long tens = rate.perNanos() / period.getValue();
      String digits = Long.toString(tens);
      if (tens > 0
          && rate.perNanos() % period.getValue() == 0
          && digits.startsWith("1")
          && digits.substring(1).chars().allMatch(c -> c == '0')) {
        return BigDecimal.valueOf(rate.count(), digits.length() - 1).toPlainString()
            + "/"
            + period.getKey();
      }
    }
    throw new IllegalArgumentException("no text for " + rate);
  }

  /** Bytes a second of {@code 1MB/s}; {@code none} is 0. */
  static long bytesPerSecond(String text) {
    if (text.equals("none")) {
      return 0;
    }
    if (text.endsWith("B/s")) {
      for (Map.Entry<String, Long> size : SIZES.entrySet()) {
        String tail = size.getKey() + "/s";
        String number = text.endsWith(tail) ? text.substring(0, text.length() - tail.length()) : "";
        if (NUMBER.matcher(number).matches()) {
          return whole(
              new BigDecimal(number).multiply(BigDecimal.valueOf(size.getValue())), text, "bytes");
        }
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is no bandwidth; write for example 500kB/s, 2MB/s or none");
  }

  /** As {@link #bytesPerSecond} reads it. */
  static String bytesText(long bytesPerSecond) {
    if (bytesPerSecond == 0) {
      return "none";
    }
    for (Map.Entry<String, Long> size : SIZES.entrySet()) {
      if (bytesPerSecond % size.getValue() == 0) {
        return bytesPerSecond / size.getValue() + size.getKey() + "/s";
      }
    }
    throw new IllegalStateException("no unit for " + bytesPerSecond);
  }

  /** Millionths of {@code 5%}, {@code 0.01%}. */
  static long ppm(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : "";
    if (!NUMBER.matcher(number).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no share; write it in percent, for example 5%");
    }
    return whole(
        new BigDecimal(number).multiply(BigDecimal.valueOf(10_000)), text, "ten-thousandths of %");
  }

  /** As {@link #ppm} reads it. */
  static String ppmText(long ppm) {
    return plain(BigDecimal.valueOf(ppm, 4)) + "%";
  }

  /** Whole percent. */
  static long percent(String text) {
    long ppm = ppm(text);
    if (ppm % 10_000 != 0) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number of percent");
    }
    return ppm / 10_000;
  }

  /** A whole number, which may have underscores between its digits. */
  static long count(String text) {
    if (!text.matches("\\d[\\d_]{0,30}")) {
      throw new IllegalArgumentException("'" + text + "' is no whole number such as 100 or 10_000");
    }
    return whole(new BigDecimal(text.replace("_", "")), text, "whole numbers");
  }

  /** A decimal number that is not negative, with at most nine digits after the point. */
  static BigDecimal decimal(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + text + "' is no number such as 2 or 0.5");
    }
    return new BigDecimal(text).stripTrailingZeros();
  }

  /** Thousandths of a decimal number. */
  static long permille(String text) {
    return whole(decimal(text).multiply(BigDecimal.valueOf(1_000)), text, "thousandths");
  }

  /** As {@link #permille} reads it. */
  static String permilleText(long permille) {
    return plain(BigDecimal.valueOf(permille, 3));
  }

  /** Wei of {@code 6000gwei}, {@code 0.01ether}. */
  static UInt256 wei(String text) {
    if (NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' has no unit; write for example " + text + "gwei or 0.01ether");
    }
    try {
      UInt256 wei = EtherUnits.parseAmount(text);
      if (text.length() <= 60) {
        return wei;
      }
    } catch (IllegalArgumentException e) {
      throw noMoney(text);
    }
    throw noMoney(text);
  }

  private static IllegalArgumentException noMoney(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no amount of money; write for example 6000gwei or 0.01ether");
  }

  /** As {@link #wei} reads it. */
  static String weiText(UInt256 wei) {
    return EtherUnits.format(wei).replace(" ", "");
  }

  /** A capacity: {@code 80000}, {@code 50000..150000}, {@code 4x}, {@code 5%}, {@code 1x..4x}. */
  static Capacity capacity(String text) {
    int dots = text.indexOf("..");
    String first = dots < 0 ? text : text.substring(0, dots);
    String second = dots < 0 ? text : text.substring(dots + 2);
    Capacity.Unit unit = unit(first);
    if (unit(second) != unit) {
      throw new IllegalArgumentException("the bounds of '" + text + "' have different units");
    }
    return new Capacity(unit, bound(first, unit), bound(second, unit));
  }

  private static Capacity.Unit unit(String text) {
    return text.endsWith("x")
        ? Capacity.Unit.MINIMUM_PERMILLE
        : text.endsWith("%") ? Capacity.Unit.TOTAL_PPM : Capacity.Unit.UNITS;
  }

  private static long bound(String text, Capacity.Unit unit) {
    try {
      return switch (unit) {
        case UNITS -> count(text);
        case MINIMUM_PERMILLE -> permille(text.substring(0, text.length() - 1));
        case TOTAL_PPM -> ppm(text);
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no capacity; write for example 80000, 4x, 5% or 1x..4x", e);
    }
  }

  /** As {@link #capacity} reads it. */
  static String capacityText(Capacity capacity) {
    String least = boundText(capacity.least(), capacity.unit());
    return capacity.least() == capacity.most()
        ? least
        : least + ".." + boundText(capacity.most(), capacity.unit());
  }

  private static String boundText(long bound, Capacity.Unit unit) {
    return switch (unit) {
      case UNITS -> Long.toString(bound);
      case MINIMUM_PERMILLE -> permilleText(bound) + "x";
      case TOTAL_PPM -> ppmText(bound);
    };
  }

  /** Yes or no. */
  static boolean flag(String text) {
    return switch (text) {
      case "true", "yes" -> true;
      case "false", "no" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  /** A decimal without exponent and without zeros that say nothing. */
  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static long whole(BigDecimal number, String text, String unit) {
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no whole number of " + unit + " or too large", e);
    }
  }
}
