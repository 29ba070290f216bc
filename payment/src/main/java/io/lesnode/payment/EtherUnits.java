package io.lesnode.payment;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Amounts of money as people write and read them: a decimal number and a unit from wei to ether,
 * {@code 0.01 ether}, {@code 100gwei}, {@code 5}. Exact; without a unit wei are meant. Stateless.
 */
public final class EtherUnits {
  private static final Map<String, Integer> UNITS = units();
  private static final int MAX_LETTERS = 120;

  private EtherUnits() {}

  private static Map<String, Integer> units() {
    Map<String, Integer> units = new LinkedHashMap<>();
    units.put("ether", 18);
    units.put("eth", 18);
    units.put("milliether", 15);
    units.put("finney", 15);
    units.put("microether", 12);
    units.put("szabo", 12);
    units.put("gwei", 9);
    units.put("mwei", 6);
    units.put("kwei", 3);
    units.put("wei", 0);
    return units;
  }

  /**
   * The wei of a text; may be negative.
   *
   * @throws IllegalArgumentException if it is no amount, or not a whole number of wei; the text
   *     says what is wrong
   */
  public static BigInteger parse(String text) {
    String typed = text.strip().toLowerCase(Locale.ROOT);
    int end = 0;
    while (end < typed.length() && "+-.0123456789".indexOf(typed.charAt(end)) >= 0) {
      end++;
    }
    String number = typed.substring(0, end);
    String unit = typed.substring(end).strip();
    Integer decimals = unit.isEmpty() ? Integer.valueOf(0) : UNITS.get(unit);
    if (decimals == null) {
      throw wrong(text, "the unit is one of " + String.join(", ", UNITS.keySet()));
    }
    if (number.length() > MAX_LETTERS || !number.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)")) {
      throw wrong(text, "an amount is a decimal number and a unit, such as 0.01ether or 100gwei");
    }
    try {
      return new BigDecimal(number).movePointRight(decimals).toBigIntegerExact();
    } catch (ArithmeticException fraction) {
      throw wrong(text, "there is nothing smaller than a wei, which is 10^-18 ether", fraction);
    }
  }

  /**
   * The wei of a text that must not be negative.
   *
   * @throws IllegalArgumentException as {@link #parse}, and if it is negative or above 2^256 - 1
   */
  public static UInt256 parseAmount(String text) {
    BigInteger wei = parse(text);
    if (wei.signum() < 0) {
      throw wrong(text, "an amount here is not negative");
    }
    if (wei.bitLength() > UInt256.MAX_VALUE.bitLength()) {
      throw wrong(text, "there is not that much ether");
    }
    return UInt256.valueOf(wei);
  }

  /** An amount in the unit in which it is easiest to read, exactly: {@code 0.0125 ether}. */
  public static String format(BigInteger wei) {
    int digits = wei.abs().toString().length();
    if (digits > 15) {
      return in(wei, 18) + " ether";
    }
    return digits > 6 ? in(wei, 9) + " gwei" : wei + " wei";
  }

  /** The same for an amount that cannot be negative. */
  public static String format(UInt256 wei) {
    return format(wei.toUnsignedBigInteger());
  }

  private static String in(BigInteger wei, int decimals) {
    return new BigDecimal(wei, decimals).stripTrailingZeros().toPlainString();
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException("'" + text + "' is no amount of ether: " + why);
  }

  private static IllegalArgumentException wrong(String text, String why, Throwable cause) {
    return new IllegalArgumentException("'" + text + "' is no amount of ether: " + why, cause);
  }
}
