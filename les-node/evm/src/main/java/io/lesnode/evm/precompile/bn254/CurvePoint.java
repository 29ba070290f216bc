package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/**
 * A point of y² = x³ + 3 over {@link Fp}, in Jacobian coordinates: x is X/Z², y is Y/Z³, and Z is
 * zero at infinity. Immutable. The formulas are those of the Explicit-Formulas Database,
 * "dbl-2009-l" and "add-2007-bl" without the doubling of intermediate values.
 */
final class CurvePoint {
  static final CurvePoint INFINITY = new CurvePoint(Fp.ONE, Fp.ONE, Fp.ZERO);
  private static final Fp B = Fp.of(3);

  private final Fp x;
  private final Fp y;
  private final Fp z;

  private CurvePoint(Fp x, Fp y, Fp z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  static CurvePoint affine(Fp x, Fp y) {
    return new CurvePoint(x, y, Fp.ONE);
  }

  static boolean isOnCurve(Fp x, Fp y) {
    return y.square().equals(x.square().multiply(x).add(B));
  }

  boolean isInfinity() {
    return z.isZero();
  }

  /** The same point with Z = 1; infinity stays as it is. */
  CurvePoint normalize() {
    if (isInfinity()) {
      return this;
    }
    Fp inverse = z.invert();
    Fp square = inverse.square();
    return affine(x.multiply(square), y.multiply(square).multiply(inverse));
  }

  /** x of a normalized point. */
  Fp x() {
    return x;
  }

  /** y of a normalized point. */
  Fp y() {
    return y;
  }

  CurvePoint twice() {
    if (isInfinity()) {
      return this;
    }
    Fp a = x.square();
    Fp b = y.square();
    Fp c = b.square();
    Fp d = x.add(b).square().subtract(a).subtract(c).twice();
    Fp e = a.twice().add(a);
    Fp x3 = e.square().subtract(d.twice());
    Fp y3 = e.multiply(d.subtract(x3)).subtract(c.twice().twice().twice());
    return new CurvePoint(x3, y3, y.multiply(z).twice());
  }

  CurvePoint add(CurvePoint o) {
    if (isInfinity()) {
      return o;
    }
    if (o.isInfinity()) {
      return this;
    }
    Fp zz = z.square();
    Fp ozz = o.z.square();
    Fp u1 = x.multiply(ozz);
    Fp u2 = o.x.multiply(zz);
    Fp s1 = y.multiply(o.z).multiply(ozz);
    Fp s2 = o.y.multiply(z).multiply(zz);
    if (u1.equals(u2)) {
      return s1.equals(s2) ? twice() : INFINITY;
    }
    Fp h = u2.subtract(u1);
    Fp r = s2.subtract(s1);
    Fp hh = h.square();
    Fp hhh = hh.multiply(h);
    Fp v = u1.multiply(hh);
    Fp x3 = r.square().subtract(hhh).subtract(v.twice());
    Fp y3 = r.multiply(v.subtract(x3)).subtract(s1.multiply(hhh));
    return new CurvePoint(x3, y3, z.multiply(o.z).multiply(h));
  }

  CurvePoint multiply(BigInteger scalar) {
    CurvePoint result = INFINITY;
    for (int i = scalar.bitLength() - 1; i >= 0; i--) {
      result = result.twice();
      if (scalar.testBit(i)) {
        result = result.add(this);
      }
    }
    return result;
  }
}
