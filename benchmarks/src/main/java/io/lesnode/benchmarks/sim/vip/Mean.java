package io.lesnode.benchmarks.sim.vip;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** The average of whole numbers, exact until it is asked for. */
final class Mean {
  private BigInteger sum = BigInteger.ZERO;
  private long count;

  void add(BigInteger value) {
    sum = sum.add(value);
    count++;
  }

  void add(long value) {
    add(BigInteger.valueOf(value));
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Rounded down; zero when there is nothing. */
  BigInteger whole() {
    return count == 0 ? BigInteger.ZERO : sum.divide(BigInteger.valueOf(count));
  }

  /** To sixteen digits; zero when there is nothing. */
  double value() {
    return count == 0 ? 0 : ratio(sum, BigInteger.valueOf(count));
  }

  /** A quotient to sixteen digits, which is the same on every machine; zero of nothing. */
  static double ratio(BigInteger part, BigInteger whole) {
    return whole.signum() == 0
        ? 0
        : new BigDecimal(part).divide(new BigDecimal(whole), MathContext.DECIMAL64).doubleValue();
  }
}
