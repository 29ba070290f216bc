package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/**
 * A point of the sextic twist y² = x³ + 3/(9 + u) over {@link Fp2}, in Jacobian coordinates as in
 * {@link CurvePoint}. Immutable.
 */
record TwistPoint(Fp2 x, Fp2 y, Fp2 z) {
  static final TwistPoint INFINITY = new TwistPoint(Fp2.ONE, Fp2.ONE, Fp2.ZERO);

  /** The number of points of the curve, and of the twist's subgroup that the pairing takes. */
  static final BigInteger ORDER =
      new BigInteger("30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001", 16);

  private static final Fp2 B = Fp2.XI.invert().scale(Fp.of(3));

  static TwistPoint affine(Fp2 x, Fp2 y) {
    return new TwistPoint(x, y, Fp2.ONE);
  }

  static boolean isOnTwist(Fp2 x, Fp2 y) {
    return y.square().equals(x.square().multiply(x).add(B));
  }

  boolean isInfinity() {
    return z.isZero();
  }

  /** Whether this is in the subgroup; the twist has other points, which EIP-197 refuses. */
  boolean isInSubgroup() {
    TwistPoint result = INFINITY;
    for (int i = ORDER.bitLength() - 1; i >= 0; i--) {
      result = result.twice();
      if (ORDER.testBit(i)) {
        result = result.add(this);
      }
    }
    return result.isInfinity();
  }

  TwistPoint negate() {
    return new TwistPoint(x, y.negate(), z);
  }

  TwistPoint twice() {
    if (isInfinity()) {
      return this;
    }
    Fp2 a = x.square();
    Fp2 b = y.square();
    Fp2 c = b.square();
    Fp2 d = x.add(b).square().subtract(a).subtract(c).twice();
    Fp2 e = a.triple();
    Fp2 x3 = e.square().subtract(d.twice());
    Fp2 y3 = e.multiply(d.subtract(x3)).subtract(c.twice().twice().twice());
    return new TwistPoint(x3, y3, y.multiply(z).twice());
  }

  /** Adds an affine point. */
  private TwistPoint add(TwistPoint o) {
    if (isInfinity()) {
      return o;
    }
    Fp2 zz = z.square();
    Fp2 u2 = o.x.multiply(zz);
    Fp2 s2 = o.y.multiply(z).multiply(zz);
    if (u2.equals(x)) {
      return s2.equals(y) ? twice() : INFINITY;
    }
    Fp2 h = u2.subtract(x);
    Fp2 r = s2.subtract(y);
    Fp2 hh = h.square();
    Fp2 hhh = hh.multiply(h);
    Fp2 v = x.multiply(hh);
    Fp2 x3 = r.square().subtract(hhh).subtract(v.twice());
    Fp2 y3 = r.multiply(v.subtract(x3)).subtract(y.multiply(hhh));
    return new TwistPoint(x3, y3, z.multiply(h));
  }
}
