package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/** {@code a + b·w} over {@link Fp6} with w² = v: where pairings take their values. Immutable. */
record Fp12(Fp6 a, Fp6 b) {
  static final Fp12 ONE = new Fp12(Fp6.ONE, Fp6.ZERO);

  /** (9 + u) to the power of i·(p-1)/6, for the coefficient of w^i under the Frobenius map. */
  private static final Fp2[] FROBENIUS = frobenius();

  private static Fp2[] frobenius() {
    BigInteger sixth = Fp.MODULUS.subtract(BigInteger.ONE).divide(BigInteger.valueOf(6));
    Fp2[] powers = new Fp2[6];
    for (int i = 0; i < 6; i++) {
      powers[i] = Fp2.XI.power(sixth.multiply(BigInteger.valueOf(i)));
    }
    return powers;
  }

  /** The factor for w^i. */
  static Fp2 frobeniusFactor(int i) {
    return FROBENIUS[i];
  }

  Fp12 multiply(Fp12 o) {
    Fp6 aa = a.multiply(o.a);
    Fp6 bb = b.multiply(o.b);
    Fp6 cross = a.add(b).multiply(o.a.add(o.b)).subtract(aa).subtract(bb);
    return new Fp12(aa.add(bb.timesV()), cross);
  }

  /** Times {@code x + y·w + z·w³}, the shape of a line. */
  Fp12 multiplyByLine(Fp2 x, Fp2 y, Fp2 z) {
    Fp6 aa = a.scale(x);
    Fp6 bb = b.multiplySparse(y, z);
    Fp6 cross = a.add(b).multiplySparse(x.add(y), z).subtract(aa).subtract(bb);
    return new Fp12(aa.add(bb.timesV()), cross);
  }

  Fp12 square() {
    Fp6 product = a.multiply(b);
    Fp6 first = a.add(b).multiply(a.add(b.timesV()));
    return new Fp12(first.subtract(product).subtract(product.timesV()), product.twice());
  }

  /** The p^6-th power; the inverse, where the norm is one. */
  Fp12 conjugate() {
    return new Fp12(a, b.negate());
  }

  Fp12 invert() {
    Fp6 norm = a.multiply(a).subtract(b.multiply(b).timesV()).invert();
    return new Fp12(a.multiply(norm), b.negate().multiply(norm));
  }

  /** The p-th power. */
  Fp12 frobeniusMap() {
    return new Fp12(
        new Fp6(
            a.a().conjugate(),
            a.b().conjugate().multiply(FROBENIUS[2]),
            a.c().conjugate().multiply(FROBENIUS[4])),
        new Fp6(
            b.a().conjugate().multiply(FROBENIUS[1]),
            b.b().conjugate().multiply(FROBENIUS[3]),
            b.c().conjugate().multiply(FROBENIUS[5])));
  }

  Fp12 power(BigInteger exponent) {
    Fp12 result = ONE;
    for (int i = exponent.bitLength() - 1; i >= 0; i--) {
      result = result.square();
      if (exponent.testBit(i)) {
        result = result.multiply(this);
      }
    }
    return result;
  }

  boolean isOne() {
    return equals(ONE);
  }
}
