package io.lesnode.flowcontrol.pool;

/**
 * Logarithmic offsets as fixed-point numbers with 24 fractional bits, and the floating-point
 * conversions that geth's results depend on.
 *
 * <p>The power of two is computed the way Go's library does it on a processor with fused
 * multiply-add: reduce by multiples of ln 2, divide by 16, a Taylor polynomial of degree 8 for e^r
 * − 1, four squarings. The JDK's exponential differs from it in the last bit for one value in six,
 * which is enough for other balances. Being built from {@link Math#fma} the result is the same on
 * every machine.
 *
 * <p>Reference: geth v1.10.26, les/utils/expiredvalue.go; N. Shibata, "Efficient evaluation methods
 * of elementary functions suitable for SIMD computation", ISC 2010.
 */
final class FixedPoint {

  /** One, as a fixed-point number. */
  static final long ONE = 1L << 24;

  /** Natural logarithms to fixed-point binary ones. */
  static final double PER_LOG = ONE / StrictMath.log(2);

  private static final double LOG_PER_STEP = StrictMath.log(2) / ONE;

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_UPPER = 0.693147180559663;
  private static final double LN2_LOWER = 2.8235290563031577e-13;
  private static final double[] TAYLOR = {
    2.48015873015873e-05,
    0.0001984126984126984,
    0.001388888888888889,
    0.008333333333333333,
    0.041666666666666664,
    0.16666666666666666,
    0.5,
    1.0
  };
  private static final double MAX_EXPONENT = 1024;
  private static final double MIN_EXPONENT = -1023;
  private static final double TWO_63 = 0x1p63;

  private FixedPoint() {}

  /** The whole part of an offset, as an unsigned number. */
  static long whole(long offset) {
    return offset >>> 24;
  }

  /** The fractional part of an offset; it has the sign of the offset. */
  static long fraction(long offset) {
    return offset % ONE;
  }

  /** 2 to the power of an offset. */
  static double pow2(long offset) {
    double x = (double) offset * LOG_PER_STEP;
    double exponent = Math.rint(x * LOG2_E);
    if (exponent >= MAX_EXPONENT) {
      return Double.POSITIVE_INFINITY;
    }
    if (exponent <= MIN_EXPONENT) {
      return 0;
    }
    double r = Math.fma(-LN2_LOWER, exponent, Math.fma(-LN2_UPPER, exponent, x)) / 16;
    double sum = TAYLOR[0];
    for (int i = 1; i < TAYLOR.length; i++) {
      sum = Math.fma(sum, r, TAYLOR[i]);
    }
    r *= sum;
    r *= r + 2;
    r *= r + 2;
    r *= r + 2;
    return Math.scalb(Math.fma(r, r + 2, 1), (int) exponent);
  }

  /** 2 to the power of a whole number, for any distance of unsigned exponents. */
  static double pow2Whole(long exponent) {
    return Math.scalb(1.0, Math.clamp(exponent, -2000, 2000));
  }

  /** An unsigned number shifted right by any unsigned distance. */
  static long shiftRight(long value, long distance) {
    return Long.compareUnsigned(distance, 64) >= 0 ? 0 : value >>> distance;
  }

  /** An unsigned number as a floating-point one. */
  static double unsigned(long value) {
    return value >= 0 ? (double) value : (double) ((value >>> 1) | (value & 1)) * 2;
  }

  /** A floating-point number cut to an unsigned one; what is too large becomes the largest. */
  static long toUnsigned(double value) {
    if (value < TWO_63) {
      return Math.max(0, (long) value);
    }
    return value >= 2 * TWO_63 ? -1 : (long) (value - TWO_63) ^ Long.MIN_VALUE;
  }
}
