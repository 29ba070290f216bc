package io.lesnode.evm.precompile.bn254;

import io.lesnode.evm.precompile.PrecompileException;
import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The operations of EIP-196 and EIP-197 on their encodings: coordinates as 32-byte words, infinity
 * as zeros, the imaginary part of a twist coordinate first. Thread-safe.
 */
public final class Bn254 {
  private static final int WORD = 32;
  private static final int POINT_BYTES = 2 * WORD;

  /** Bytes of one pair of points in the input of {@link #pairing}. */
  public static final int PAIR_BYTES = 6 * WORD;

  private Bn254() {}

  /** The sum of the two points in the 128 bytes {@code input}. */
  public static Bytes add(Bytes input) throws PrecompileException {
    return encode(curvePoint(input, 0).add(curvePoint(input, POINT_BYTES)));
  }

  /** The point times the number after it, in the 96 bytes {@code input}. */
  public static Bytes multiply(Bytes input) throws PrecompileException {
    BigInteger scalar = input.slice(POINT_BYTES, WORD).toUnsignedBigInteger();
    return encode(curvePoint(input, 0).multiply(scalar));
  }

  /** Whether the product of the pairings of all pairs of points in {@code input} is one. */
  public static boolean pairing(Bytes input) throws PrecompileException {
    if (input.size() % PAIR_BYTES != 0) {
      throw new PrecompileException("bad elliptic curve pairing size");
    }
    Fp12 product = Fp12.ONE;
    for (int at = 0; at < input.size(); at += PAIR_BYTES) {
      CurvePoint p = curvePoint(input, at);
      TwistPoint q = twistPoint(input, at + POINT_BYTES);
      if (!p.isInfinity() && !q.isInfinity()) {
        product = product.multiply(MillerLoop.run(p, q));
      }
    }
    return MillerLoop.finalExponentiation(product).isOne();
  }

  private static CurvePoint curvePoint(Bytes input, int at) throws PrecompileException {
    Fp x = coordinate(input, at);
    Fp y = coordinate(input, at + WORD);
    if (x.isZero() && y.isZero()) {
      return CurvePoint.INFINITY;
    }
    if (!CurvePoint.isOnCurve(x, y)) {
      throw new PrecompileException("bn256: malformed point");
    }
    return CurvePoint.affine(x, y);
  }

  private static TwistPoint twistPoint(Bytes input, int at) throws PrecompileException {
    Fp2 x = new Fp2(coordinate(input, at + WORD), coordinate(input, at));
    Fp2 y = new Fp2(coordinate(input, at + 3 * WORD), coordinate(input, at + 2 * WORD));
    if (x.isZero() && y.isZero()) {
      return TwistPoint.INFINITY;
    }
    if (TwistPoint.isOnTwist(x, y)) {
      TwistPoint point = TwistPoint.affine(x, y);
      if (point.isInSubgroup()) {
        return point;
      }
    }
    throw new PrecompileException("bn256: malformed point");
  }

  private static Fp coordinate(Bytes input, int at) throws PrecompileException {
    BigInteger value = input.slice(at, WORD).toUnsignedBigInteger();
    if (value.compareTo(Fp.MODULUS) >= 0) {
      throw new PrecompileException("bn256: coordinate exceeds modulus");
    }
    return Fp.of(value);
  }

  private static Bytes encode(CurvePoint point) {
    CurvePoint affine = point.normalize();
    return affine.isInfinity()
        ? Bytes.wrap(new byte[POINT_BYTES])
        : Bytes.concatenate(word(affine.x()), word(affine.y()));
  }

  private static Bytes word(Fp value) {
    return Bytes32.leftPad(Bytes.wrap(value.toBigInteger().toByteArray()).trimLeadingZeros());
  }
}
