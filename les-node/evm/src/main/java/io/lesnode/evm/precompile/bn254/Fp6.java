package io.lesnode.evm.precompile.bn254;

/** {@code a + b·v + c·v²} over {@link Fp2} with v³ = 9 + u. Immutable. */
record Fp6(Fp2 a, Fp2 b, Fp2 c) {
  static final Fp6 ZERO = new Fp6(Fp2.ZERO, Fp2.ZERO, Fp2.ZERO);
  static final Fp6 ONE = new Fp6(Fp2.ONE, Fp2.ZERO, Fp2.ZERO);

  boolean isZero() {
    return a.isZero() && b.isZero() && c.isZero();
  }

  Fp6 add(Fp6 o) {
    return new Fp6(a.add(o.a), b.add(o.b), c.add(o.c));
  }

  Fp6 twice() {
    return new Fp6(a.twice(), b.twice(), c.twice());
  }

  Fp6 subtract(Fp6 o) {
    return new Fp6(a.subtract(o.a), b.subtract(o.b), c.subtract(o.c));
  }

  Fp6 negate() {
    return new Fp6(a.negate(), b.negate(), c.negate());
  }

  Fp6 multiply(Fp6 o) {
    Fp2 aa = a.multiply(o.a);
    Fp2 bb = b.multiply(o.b);
    Fp2 cc = c.multiply(o.c);
    Fp2 bc = b.add(c).multiply(o.b.add(o.c)).subtract(bb).subtract(cc);
    Fp2 ab = a.add(b).multiply(o.a.add(o.b)).subtract(aa).subtract(bb);
    Fp2 ac = a.add(c).multiply(o.a.add(o.c)).subtract(aa).subtract(cc);
    return new Fp6(aa.add(bc.timesXi()), ab.add(cc.timesXi()), ac.add(bb));
  }

  /** Times {@code x + y·v}. */
  Fp6 multiplySparse(Fp2 x, Fp2 y) {
    Fp2 ax = a.multiply(x);
    Fp2 by = b.multiply(y);
    Fp2 cross = a.add(b).multiply(x.add(y)).subtract(ax).subtract(by);
    Fp2 cy = c.multiply(y);
    Fp2 cx = c.multiply(x);
    return new Fp6(ax.add(cy.timesXi()), cross, cx.add(by));
  }

  Fp6 scale(Fp2 factor) {
    return new Fp6(a.multiply(factor), b.multiply(factor), c.multiply(factor));
  }

  /** Times v. */
  Fp6 timesV() {
    return new Fp6(c.timesXi(), a, b);
  }

  Fp6 invert() {
    Fp2 x = a.square().subtract(b.multiply(c).timesXi());
    Fp2 y = c.square().timesXi().subtract(a.multiply(b));
    Fp2 z = b.square().subtract(a.multiply(c));
    Fp2 norm = a.multiply(x).add(c.multiply(y).add(b.multiply(z)).timesXi()).invert();
    return new Fp6(x.multiply(norm), y.multiply(norm), z.multiply(norm));
  }
}
