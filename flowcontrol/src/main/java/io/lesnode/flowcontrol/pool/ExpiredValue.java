package io.lesnode.flowcontrol.pool;

/**
 * An amount that expires exponentially, stored so that nothing has to be rewritten while it does; a
 * value machine of one owner.
 *
 * <p>All amounts of one kind share a logarithmic offset {@code L} that grows with time. The amount
 * is {@code base · 2^(exp − L)}; instead of shrinking all old amounts, an amount added later is
 * scaled up by {@code 2^L}. Worked example: 100 added at L = 0 are {base 100, exp 0}; one half-life
 * later (L = 1) they are worth 50, and adding 30 gives {base 50 + 30, exp 1}, worth 80.
 *
 * <p>Offsets are fixed-point numbers with 24 fractional bits. Amounts and bases are unsigned.
 *
 * <p>Reference: geth v1.10.26, les/utils/expiredvalue.go, ExpiredValue.
 */
public final class ExpiredValue {

  private long base;
  private long exponent;

  /** Zero. */
  public ExpiredValue() {}

  /** A stored amount. */
  public ExpiredValue(long base, long exponent) {
    this.base = base;
    this.exponent = exponent;
  }

  /** The unsigned base. */
  public long base() {
    return base;
  }

  /** The unsigned exponent of two. */
  public long exponent() {
    return exponent;
  }

  /** Whether nothing is left whatever the offset. */
  public boolean isZero() {
    return base == 0;
  }

  /** The amount at an offset, unsigned. */
  public long valueAt(long logOffset) {
    double factor = FixedPoint.pow2(exponent * FixedPoint.ONE - logOffset);
    return FixedPoint.toUnsigned(FixedPoint.unsigned(base) * factor);
  }

  /**
   * Adds (or takes away) an amount at an offset; the result stops at zero.
   *
   * @return what was really added: the amount, or less than was to be taken away
   */
  public long add(long amount, long logOffset) {
    long whole = FixedPoint.whole(logOffset);
    double factor = FixedPoint.pow2(FixedPoint.fraction(logOffset));
    double scaled = factor * (double) amount;
    if (Long.compareUnsigned(whole, exponent) < 0) {
      scaled /= FixedPoint.pow2Whole(exponent - whole);
    } else {
      raiseExponent(whole);
    }
    if (scaled >= 0) {
      base += FixedPoint.toUnsigned(scaled);
      return amount;
    }
    long taken = FixedPoint.toUnsigned(-scaled);
    if (Long.compareUnsigned(taken, base) <= 0) {
      base -= taken;
      return amount;
    }
    long net = (long) (-FixedPoint.unsigned(base) / factor);
    base = 0;
    return net;
  }

  /** Adds another amount of the same kind. */
  public void add(ExpiredValue other) {
    long added = aligned(other);
    base += added;
  }

  /** Takes away another amount of the same kind; the result stops at zero. */
  public void subtract(ExpiredValue other) {
    long taken = aligned(other);
    base = Long.compareUnsigned(base, taken) > 0 ? base - taken : 0;
  }

  /** Becomes equal to another amount. */
  public void set(ExpiredValue other) {
    base = other.base;
    exponent = other.exponent;
  }

  /** An independent copy. */
  public ExpiredValue copy() {
    return new ExpiredValue(base, exponent);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ExpiredValue value && base == value.base && exponent == value.exponent;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(base * 31 + exponent);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(base) + "*2^" + Long.toUnsignedString(exponent);
  }

  /** The other's base at the larger of both exponents, which becomes ours. */
  private long aligned(ExpiredValue other) {
    if (Long.compareUnsigned(exponent, other.exponent) > 0) {
      return FixedPoint.shiftRight(other.base, exponent - other.exponent);
    }
    long otherBase = other.base;
    raiseExponent(other.exponent);
    return otherBase;
  }

  private void raiseExponent(long next) {
    base = FixedPoint.shiftRight(base, next - exponent);
    exponent = next;
  }
}
