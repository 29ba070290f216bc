package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/**
 * A number modulo the field prime p of EIP-196, in Montgomery form: held as x·2^256 mod p in four
 * longs, {@code l0} the least significant, always below p. Immutable.
 *
 * <p>Multiplication is the coarsely integrated operand scanning of Koç, Acar and Kaliski, without
 * the extra carry word, as p leaves two bits of the top long free.
 */
final class Fp {
  static final BigInteger MODULUS =
      new BigInteger("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47", 16);

  private static final long P0 = 0x3c208c16d87cfd47L;
  private static final long P1 = 0x97816a916871ca8dL;
  private static final long P2 = 0xb85045b68181585dL;
  private static final long P3 = 0x30644e72e131a029L;

  /** -1/p modulo 2^64. */
  private static final long NEGATIVE_INVERSE =
      MODULUS.negate().modInverse(BigInteger.ONE.shiftLeft(64)).longValue();

  /** 2^512 mod p: multiplying by it brings a number into Montgomery form. */
  private static final Fp R_SQUARED = raw(BigInteger.ONE.shiftLeft(512).mod(MODULUS));

  static final Fp ZERO = new Fp(0, 0, 0, 0);
  static final Fp ONE = raw(BigInteger.ONE.shiftLeft(256).mod(MODULUS));

  private final long l0;
  private final long l1;
  private final long l2;
  private final long l3;

  private Fp(long l0, long l1, long l2, long l3) {
    this.l0 = l0;
    this.l1 = l1;
    this.l2 = l2;
    this.l3 = l3;
  }

  /** The element of {@code value}, which must be at least 0 and below p. */
  static Fp of(BigInteger value) {
    if (value.signum() < 0 || value.compareTo(MODULUS) >= 0) {
      throw new IllegalArgumentException("not a field element: " + value);
    }
    return raw(value).multiply(R_SQUARED);
  }

  static Fp of(long value) {
    return of(BigInteger.valueOf(value));
  }

  private static Fp raw(BigInteger value) {
    return new Fp(
        value.longValue(),
        value.shiftRight(64).longValue(),
        value.shiftRight(128).longValue(),
        value.shiftRight(192).longValue());
  }

  /** The number between 0 and p. */
  BigInteger toBigInteger() {
    Fp plain = multiply(new Fp(1, 0, 0, 0));
    BigInteger result = BigInteger.ZERO;
    for (long limb : new long[] {plain.l3, plain.l2, plain.l1, plain.l0}) {
      result = result.shiftLeft(64).or(new BigInteger(Long.toUnsignedString(limb)));
    }
    return result;
  }

  boolean isZero() {
    return (l0 | l1 | l2 | l3) == 0;
  }

  Fp add(Fp b) {
    long r0 = l0 + b.l0;
    long c = carry(r0, l0);
    long r1 = l1 + b.l1;
    long c1 = carry(r1, l1);
    r1 += c;
    c = c1 + carry(r1, c);
    long r2 = l2 + b.l2;
    long c2 = carry(r2, l2);
    r2 += c;
    c = c2 + carry(r2, c);
    return reduced(r0, r1, r2, l3 + b.l3 + c); // below 2p, which is below 2^255
  }

  Fp twice() {
    return add(this);
  }

  Fp subtract(Fp b) {
    long r0 = l0 - b.l0;
    long borrow = carry(l0, b.l0);
    long r1 = l1 - b.l1;
    long b1 = carry(l1, b.l1) + carry(r1, borrow);
    r1 -= borrow;
    long r2 = l2 - b.l2;
    long b2 = carry(l2, b.l2) + carry(r2, b1);
    r2 -= b1;
    long r3 = l3 - b.l3 - b2;
    if (r3 >= 0) {
      return new Fp(r0, r1, r2, r3);
    }
    long s0 = r0 + P0;
    long c = carry(s0, r0);
    long s1 = r1 + P1;
    long c1 = carry(s1, r1);
    s1 += c;
    c = c1 + carry(s1, c);
    long s2 = r2 + P2;
    long c2 = carry(s2, r2);
    s2 += c;
    c = c2 + carry(s2, c);
    return new Fp(s0, s1, s2, r3 + P3 + c);
  }

  Fp negate() {
    return ZERO.subtract(this);
  }

  Fp square() {
    return multiply(this);
  }

  Fp multiply(Fp b) {
    long t0 = 0;
    long t1 = 0;
    long t2 = 0;
    long t3 = 0;
    for (int i = 0; i < 4; i++) {
      long y = i == 0 ? b.l0 : i == 1 ? b.l1 : i == 2 ? b.l2 : b.l3;
      // up is the carry of this·y, down that of adding the multiple of p that clears the low long
      long low = l0 * y;
      long up = Math.unsignedMultiplyHigh(l0, y);
      t0 += low;
      up += carry(t0, low);
      long m = t0 * NEGATIVE_INVERSE;
      low = m * P0;
      long down = Math.unsignedMultiplyHigh(m, P0);
      down += carry(low + t0, t0);

      low = l1 * y;
      long high = Math.unsignedMultiplyHigh(l1, y);
      t1 += low;
      high += carry(t1, low);
      t1 += up;
      up = high + carry(t1, up);
      low = m * P1 + t1;
      high = Math.unsignedMultiplyHigh(m, P1) + carry(low, t1);
      t0 = low + down;
      down = high + carry(t0, down);

      low = l2 * y;
      high = Math.unsignedMultiplyHigh(l2, y);
      t2 += low;
      high += carry(t2, low);
      t2 += up;
      up = high + carry(t2, up);
      low = m * P2 + t2;
      high = Math.unsignedMultiplyHigh(m, P2) + carry(low, t2);
      t1 = low + down;
      down = high + carry(t1, down);

      low = l3 * y;
      high = Math.unsignedMultiplyHigh(l3, y);
      t3 += low;
      high += carry(t3, low);
      t3 += up;
      up = high + carry(t3, up);
      low = m * P3 + t3;
      high = Math.unsignedMultiplyHigh(m, P3) + carry(low, t3);
      t2 = low + down;
      down = high + carry(t2, down);

      t3 = up + down;
    }
    return reduced(t0, t1, t2, t3);
  }

  /** 1/this by Fermat's little theorem; zero for zero. */
  Fp invert() {
    return power(MODULUS.subtract(BigInteger.TWO));
  }

  private Fp power(BigInteger exponent) {
    Fp result = ONE;
    for (int i = exponent.bitLength() - 1; i >= 0; i--) {
      result = result.square();
      if (exponent.testBit(i)) {
        result = result.multiply(this);
      }
    }
    return result;
  }

  /** The element for a number below 2p. */
  private static Fp reduced(long r0, long r1, long r2, long r3) {
    long s0 = r0 - P0;
    long borrow = carry(r0, P0);
    long s1 = r1 - P1;
    long b1 = carry(r1, P1) + carry(s1, borrow);
    s1 -= borrow;
    long s2 = r2 - P2;
    long b2 = carry(r2, P2) + carry(s2, b1);
    s2 -= b1;
    long s3 = r3 - P3 - b2;
    return s3 < 0 ? new Fp(r0, r1, r2, r3) : new Fp(s0, s1, s2, s3);
  }

  /** 1 if {@code a} is below {@code b} as unsigned numbers: the carry of a sum, or a borrow. */
  private static long carry(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? 1 : 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fp that
        && l0 == that.l0
        && l1 == that.l1
        && l2 == that.l2
        && l3 == that.l3;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(l0 ^ l1 ^ l2 ^ l3);
  }

  @Override
  public String toString() {
    return toBigInteger().toString();
  }
}
