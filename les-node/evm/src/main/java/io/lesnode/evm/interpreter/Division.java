package io.lesnode.evm.interpreter;

import java.util.Arrays;

/**
 * Long division of unsigned numbers (Knuth, The Art of Computer Programming vol. 2, 4.3.1,
 * algorithm D) in base 2^32, so that the estimate of a quotient digit is one native 64-bit
 * division.
 */
final class Division {
  private static final long MASK = 0xffffffffL;

  private Division() {}

  /**
   * Divides the {@code limbs} longs of {@code n} from index {@code at} by the word of {@code s} at
   * {@code divisor} and writes quotient or remainder as a word to {@code s} at {@code to}. All
   * little-endian. Division by zero gives zero.
   */
  static void divide(
      long[] n, int at, int limbs, int divisor, long[] s, int to, boolean quotientWanted) {
    int[] u = new int[limbs * 2 + 1];
    int[] v = new int[8];
    int un = unpack(n, at, limbs, u);
    int vn = unpack(s, divisor, 4, v);
    if (vn == 0) {
      WordMath.setLong(s, to, 0);
      return;
    }
    if (un < vn) {
      pack(quotientWanted ? new int[8] : u, s, to);
      return;
    }
    int[] q = new int[Math.max(8, un)];
    if (vn == 1) {
      int remainder = divideByDigit(u, un, v[0], q);
      if (!quotientWanted) {
        Arrays.fill(u, 0);
        u[0] = remainder;
      }
    } else {
      divideByMany(u, un, v, vn, q);
    }
    pack(quotientWanted ? q : u, s, to);
  }

  private static int divideByDigit(int[] u, int un, int digit, int[] q) {
    long d = digit & MASK;
    long remainder = 0;
    for (int i = un - 1; i >= 0; i--) {
      long current = (remainder << 32) | (u[i] & MASK);
      long quotient = Long.divideUnsigned(current, d);
      q[i] = (int) quotient;
      remainder = current - quotient * d;
    }
    return (int) remainder;
  }

  /** Algorithm D; leaves the remainder in {@code u}. */
  private static void divideByMany(int[] u, int un, int[] v, int vn, int[] q) {
    int shift = Integer.numberOfLeadingZeros(v[vn - 1]);
    shiftLeft(v, vn, shift);
    shiftLeft(u, un + 1, shift);
    long v1 = v[vn - 1] & MASK;
    long v2 = v[vn - 2] & MASK;
    for (int j = un - vn; j >= 0; j--) {
      long numerator = ((u[j + vn] & MASK) << 32) | (u[j + vn - 1] & MASK);
      long qhat = Long.divideUnsigned(numerator, v1);
      long rhat = numerator - qhat * v1;
      while (qhat > MASK
          || Long.compareUnsigned(qhat * v2, (rhat << 32) | (u[j + vn - 2] & MASK)) > 0) {
        qhat--;
        rhat += v1;
        if (rhat > MASK) {
          break;
        }
      }
      if (subtractProduct(u, j, v, vn, qhat)) {
        qhat--;
        addBack(u, j, v, vn);
      }
      q[j] = (int) qhat;
    }
    shiftRight(u, un + 1, shift);
  }

  /** u[j..] -= v * qhat; true if that went below zero. */
  private static boolean subtractProduct(int[] u, int j, int[] v, int vn, long qhat) {
    long borrow = 0;
    long carry = 0;
    for (int i = 0; i < vn; i++) {
      long product = qhat * (v[i] & MASK) + carry;
      carry = product >>> 32;
      long difference = (u[i + j] & MASK) - (product & MASK) - borrow;
      u[i + j] = (int) difference;
      borrow = difference >>> 63;
    }
    long difference = (u[j + vn] & MASK) - carry - borrow;
    u[j + vn] = (int) difference;
    return difference < 0;
  }

  private static void addBack(int[] u, int j, int[] v, int vn) {
    long carry = 0;
    for (int i = 0; i < vn; i++) {
      long sum = (u[i + j] & MASK) + (v[i] & MASK) + carry;
      u[i + j] = (int) sum;
      carry = sum >>> 32;
    }
    u[j + vn] += (int) carry;
  }

  private static void shiftLeft(int[] digits, int length, int shift) {
    if (shift == 0) {
      return;
    }
    for (int i = length - 1; i > 0; i--) {
      digits[i] = (digits[i] << shift) | (digits[i - 1] >>> (32 - shift));
    }
    digits[0] <<= shift;
  }

  private static void shiftRight(int[] digits, int length, int shift) {
    if (shift == 0) {
      return;
    }
    for (int i = 0; i < length - 1; i++) {
      digits[i] = (digits[i] >>> shift) | (digits[i + 1] << (32 - shift));
    }
    digits[length - 1] >>>= shift;
  }

  /** Splits into digits; the number of digits without leading zeros. */
  private static int unpack(long[] from, int at, int limbs, int[] to) {
    int length = 0;
    for (int i = 0; i < limbs; i++) {
      long limb = from[at + i];
      to[2 * i] = (int) limb;
      to[2 * i + 1] = (int) (limb >>> 32);
      if (limb != 0) {
        length = limb >>> 32 != 0 ? 2 * i + 2 : 2 * i + 1;
      }
    }
    return length;
  }

  private static void pack(int[] from, long[] to, int at) {
    for (int i = 0; i < 4; i++) {
      to[at + i] = (from[2 * i] & MASK) | ((long) from[2 * i + 1] << 32);
    }
  }
}
