package io.lesnode.benchmarks.sim.scenario;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * One number of a summary; immutable.
 *
 * @param group of clients, empty: the server
 * @param key which, words joined by dots, for example {@code served.share}
 * @param value exact, or the shortest decimal of a double
 * @param unit for example {@code 1/s}, {@code %}, {@code ns}, {@code wei}; empty: a plain number
 */
public record Figure(String group, String key, BigDecimal value, String unit) {

  /** A whole number. */
  public static Figure of(String group, String key, long value, String unit) {
    return new Figure(group, key, BigDecimal.valueOf(value), unit);
  }

  /** A whole number of any size. */
  public static Figure of(String group, String key, BigInteger value, String unit) {
    return new Figure(group, key, new BigDecimal(value), unit);
  }

  /**
   * A finite double.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public static Figure of(String group, String key, double value, String unit) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(group + "/" + key + " is " + value);
    }
    return new Figure(group, key, BigDecimal.valueOf(value), unit);
  }

  /** The full name. */
  public String name() {
    return group.isEmpty() ? key : group + "/" + key;
  }
}
