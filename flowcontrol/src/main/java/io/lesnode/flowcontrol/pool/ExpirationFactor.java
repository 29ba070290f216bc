package io.lesnode.flowcontrol.pool;

/**
 * A logarithmic offset split for repeated use: {@code factor · 2^exponent} multiplies what is added
 * and divides what is read.
 *
 * <p>Reference: geth v1.10.26, les/utils/expiredvalue.go, ExpirationFactor.
 *
 * @param exponent unsigned whole part of the offset
 * @param factor from 1 to below 2
 */
public record ExpirationFactor(long exponent, double factor) {

  /** The factor at an offset. */
  public static ExpirationFactor at(long logOffset) {
    return new ExpirationFactor(
        FixedPoint.whole(logOffset), FixedPoint.pow2(FixedPoint.fraction(logOffset)));
  }

  /** The value of a floating-point base with an unsigned exponent of two. */
  public double value(double base, long baseExponent) {
    return base / factor * FixedPoint.pow2Whole(baseExponent - exponent);
  }
}
