package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/** {@code a + b·u} with u² = -1: the quadratic extension that the twist lives over. Immutable. */
record Fp2(Fp a, Fp b) {
  static final Fp2 ZERO = new Fp2(Fp.ZERO, Fp.ZERO);
  static final Fp2 ONE = new Fp2(Fp.ONE, Fp.ZERO);

  /** 9 + u, which is no square and no cube: the base of the extensions above. */
  static final Fp2 XI = new Fp2(Fp.of(9), Fp.ONE);

  boolean isZero() {
    return a.isZero() && b.isZero();
  }

  Fp2 add(Fp2 o) {
    return new Fp2(a.add(o.a), b.add(o.b));
  }

  Fp2 twice() {
    return new Fp2(a.twice(), b.twice());
  }

  Fp2 triple() {
    return twice().add(this);
  }

  Fp2 subtract(Fp2 o) {
    return new Fp2(a.subtract(o.a), b.subtract(o.b));
  }

  Fp2 negate() {
    return new Fp2(a.negate(), b.negate());
  }

  Fp2 conjugate() {
    return new Fp2(a, b.negate());
  }

  Fp2 multiply(Fp2 o) {
    Fp aa = a.multiply(o.a);
    Fp bb = b.multiply(o.b);
    Fp cross = a.add(b).multiply(o.a.add(o.b));
    return new Fp2(aa.subtract(bb), cross.subtract(aa).subtract(bb));
  }

  Fp2 scale(Fp factor) {
    return new Fp2(a.multiply(factor), b.multiply(factor));
  }

  Fp2 square() {
    Fp product = a.multiply(b);
    return new Fp2(a.add(b).multiply(a.subtract(b)), product.twice());
  }

  /** Times 9 + u. */
  Fp2 timesXi() {
    Fp nineA = a.twice().twice().twice().add(a);
    Fp nineB = b.twice().twice().twice().add(b);
    return new Fp2(nineA.subtract(b), nineB.add(a));
  }

  Fp2 invert() {
    Fp norm = a.square().add(b.square()).invert();
    return new Fp2(a.multiply(norm), b.negate().multiply(norm));
  }

  Fp2 power(BigInteger exponent) {
    Fp2 result = ONE;
    for (int i = exponent.bitLength() - 1; i >= 0; i--) {
      result = result.square();
      if (exponent.testBit(i)) {
        result = result.multiply(this);
      }
    }
    return result;
  }
}
