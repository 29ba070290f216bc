package io.lesnode.evm.precompile.bn254;

import java.math.BigInteger;

/**
 * The Miller loop of the optimal ate pairing (Vercauteren, "Optimal pairings") and the final
 * exponentiation.
 *
 * <p>The point T walks from Q to (6u+2)·Q by doubling and adding; at every step the line through
 * the points that meet there, evaluated at P, is multiplied into f. With the twist's points mapped
 * into the curve over {@link Fp12} by (x, y) to (x·w², y·w³), a line of slope k·w through (x, y)
 * takes at P the value yP - k·xP·w + (k·x - y)·w³. It is computed up to a factor in {@link Fp2},
 * which the final exponentiation sends to one, so no inversion is needed.
 */
final class MillerLoop {
  /** The parameter of the curve: p and the order are polynomials in it. */
  private static final BigInteger U = BigInteger.valueOf(4965661367192848881L);

  private static final BigInteger LOOP = U.multiply(BigInteger.valueOf(6)).add(BigInteger.TWO);

  private final Fp px;
  private final Fp py;
  private Fp2 x;
  private Fp2 y;
  private Fp2 z;
  private Fp12 f = Fp12.ONE;

  private MillerLoop(Fp px, Fp py, TwistPoint q) {
    this.px = px;
    this.py = py;
    x = q.x();
    y = q.y();
    z = Fp2.ONE;
  }

  /** The unreduced pairing of an affine P with an affine Q, neither at infinity. */
  static Fp12 run(CurvePoint p, TwistPoint q) {
    MillerLoop loop = new MillerLoop(p.x(), p.y(), q);
    for (int i = LOOP.bitLength() - 2; i >= 0; i--) {
      loop.f = loop.f.square();
      loop.twice();
      if (LOOP.testBit(i)) {
        loop.add(q.x(), q.y());
      }
    }
    // Q under the Frobenius map, and minus Q under its square
    Fp2 x1 = q.x().conjugate().multiply(Fp12.frobeniusFactor(2));
    Fp2 y1 = q.y().conjugate().multiply(Fp12.frobeniusFactor(3));
    loop.add(x1, y1);
    Fp2 x2 = x1.conjugate().multiply(Fp12.frobeniusFactor(2));
    Fp2 y2 = y1.conjugate().multiply(Fp12.frobeniusFactor(3));
    loop.add(x2, y2.negate());
    return loop.f;
  }

  private void twice() {
    Fp2 a = x.square();
    Fp2 b = y.square();
    Fp2 c = b.square();
    Fp2 d = x.add(b).square().subtract(a).subtract(c).twice();
    Fp2 e = a.triple();
    Fp2 zz = z.square();
    Fp2 x3 = e.square().subtract(d.twice());
    Fp2 z3 = y.multiply(z).twice();
    // slope 3X²/(2YZ); the line times 2YZ³
    Fp2 atOne = z3.multiply(zz).scale(py);
    Fp2 atW = e.multiply(zz).scale(px).negate();
    Fp2 atW3 = e.multiply(x).subtract(b.twice());
    f = f.multiplyByLine(atOne, atW, atW3);
    y = e.multiply(d.subtract(x3)).subtract(c.twice().twice().twice());
    x = x3;
    z = z3;
  }

  private void add(Fp2 qx, Fp2 qy) {
    Fp2 zz = z.square();
    Fp2 h = qx.multiply(zz).subtract(x);
    Fp2 r = qy.multiply(z).multiply(zz).subtract(y);
    Fp2 hh = h.square();
    Fp2 hhh = hh.multiply(h);
    Fp2 v = x.multiply(hh);
    Fp2 x3 = r.square().subtract(hhh).subtract(v.twice());
    Fp2 z3 = z.multiply(h);
    // slope r/Z3; the line times Z3
    f =
        f.multiplyByLine(
            z3.scale(py), r.scale(px).negate(), r.multiply(qx).subtract(qy.multiply(z3)));
    y = r.multiply(v.subtract(x3)).subtract(y.multiply(hhh));
    x = x3;
    z = z3;
  }

  /**
   * {@code f} to the power of (p^12 - 1)/r. The hard part follows Scott, Benger, Charlemagne,
   * Dominguez Perez and Kachisa, "On the final exponentiation for calculating pairings".
   */
  static Fp12 finalExponentiation(Fp12 f) {
    Fp12 g = f.conjugate().multiply(f.invert());
    g = g.frobeniusMap().frobeniusMap().multiply(g);
    Fp12 gp = g.frobeniusMap();
    Fp12 gp2 = gp.frobeniusMap();
    Fp12 gp3 = gp2.frobeniusMap();
    Fp12 gu = g.power(U);
    Fp12 gu2 = gu.power(U);
    Fp12 gu3 = gu2.power(U);
    Fp12 y0 = gp.multiply(gp2).multiply(gp3);
    Fp12 y1 = g.conjugate();
    Fp12 y2 = gu2.frobeniusMap().frobeniusMap();
    Fp12 y3 = gu.frobeniusMap().conjugate();
    Fp12 y4 = gu.multiply(gu2.frobeniusMap()).conjugate();
    Fp12 y5 = gu2.conjugate();
    Fp12 y6 = gu3.multiply(gu3.frobeniusMap()).conjugate();
    Fp12 t0 = y6.square().multiply(y4).multiply(y5);
    Fp12 t1 = y3.multiply(y5).multiply(t0);
    t0 = t0.multiply(y2);
    t1 = t1.square().multiply(t0).square();
    t0 = t1.multiply(y1);
    t1 = t1.multiply(y0);
    return t0.square().multiply(t1);
  }
}
