package io.lesnode.vipnode.price;

import java.math.BigInteger;

/**
 * Logarithm and exponential of rational numbers as integers with 128 fractional bits.
 *
 * <p>Both are series in which every term is cut downwards, computed with 32 bits more than are
 * given, so a result is at most {@link #MAX_ERROR} last places below the true value and never above
 * it. Reference for the reduction: R. P. Brent and P. Zimmermann, "Modern Computer Arithmetic",
 * sections 4.2 and 4.4.
 */
final class FixedPoint {
  /** Fractional bits of arguments and results. */
  static final int BITS = 128;

  /** One. */
  static final BigInteger ONE = BigInteger.ONE.shiftLeft(BITS);

  /** How far below the true value a logarithm may be, in last places. */
  static final BigInteger MAX_ERROR = BigInteger.valueOf(4);

  private static final int GUARD_BITS = 32;
  private static final int WORK_BITS = BITS + GUARD_BITS;
  private static final BigInteger LN_2 =
      atanhSeries(BigInteger.ONE.shiftLeft(WORK_BITS).divide(BigInteger.valueOf(3))).shiftLeft(1);

  private FixedPoint() {}

  /** ln(numerator / denominator) for a quotient of at least one. */
  static BigInteger ln(BigInteger numerator, BigInteger denominator) {
    if (denominator.signum() <= 0 || numerator.compareTo(denominator) < 0) {
      throw new IllegalArgumentException("the logarithm is taken of quotients from 1 on only");
    }
    int exponent = numerator.bitLength() - denominator.bitLength();
    if (numerator.compareTo(denominator.shiftLeft(exponent)) < 0) {
      exponent--;
    }
    BigInteger scaled = denominator.shiftLeft(exponent);
    BigInteger z = numerator.subtract(scaled).shiftLeft(WORK_BITS).divide(numerator.add(scaled));
    return LN_2.multiply(BigInteger.valueOf(exponent))
        .add(atanhSeries(z).shiftLeft(1))
        .shiftRight(GUARD_BITS);
  }

  /** e to the power of numerator / denominator, for a quotient below 1,000 in magnitude. */
  static BigInteger exp(BigInteger numerator, BigInteger denominator) {
    BigInteger power = floorDivide(numerator.shiftLeft(WORK_BITS), denominator);
    BigInteger exponent = floorDivide(power, LN_2);
    BigInteger rest = power.subtract(exponent.multiply(LN_2));
    BigInteger sum = BigInteger.ONE.shiftLeft(WORK_BITS);
    BigInteger term = sum;
    for (int n = 1; term.signum() > 0; n++) {
      term = term.multiply(rest).shiftRight(WORK_BITS).divide(BigInteger.valueOf(n));
      sum = sum.add(term);
    }
    return sum.shiftLeft(exponent.intValueExact()).shiftRight(GUARD_BITS);
  }

  /** Rounds towards minus infinity; the divisor is positive. */
  static BigInteger floorDivide(BigInteger value, BigInteger divisor) {
    BigInteger[] parts = value.divideAndRemainder(divisor);
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  /** Rounds towards plus infinity; the divisor is positive. */
  static BigInteger ceilDivide(BigInteger value, BigInteger divisor) {
    return floorDivide(value.negate(), divisor).negate();
  }

  /** z + z³/3 + z⁵/5 …, which is half of ln((1 + z) / (1 − z)). */
  private static BigInteger atanhSeries(BigInteger z) {
    BigInteger square = z.multiply(z).shiftRight(WORK_BITS);
    BigInteger power = z;
    BigInteger sum = z;
    for (int n = 3; power.signum() > 0; n += 2) {
      power = power.multiply(square).shiftRight(WORK_BITS);
      sum = sum.add(power.divide(BigInteger.valueOf(n)));
    }
    return sum;
  }
}
