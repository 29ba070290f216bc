package io.lesnode.evm.interpreter;

/**
 * 256-bit arithmetic on a stack of words: a word is four longs, the least significant first.
 *
 * <p>Operations take the stack and the index {@code a} of the top word; the second operand {@code
 * b} lies four longs below it, a third below that. The result replaces the lowest operand, as the
 * EVM's stack discipline has it.
 */
final class WordMath {
  private WordMath() {}

  static void add(long[] s, int a) {
    int b = a - 4;
    long x = s[a];
    long r = x + s[b];
    long carry = Long.compareUnsigned(r, x) < 0 ? 1 : 0;
    s[b] = r;
    for (int i = 1; i < 4; i++) {
      x = s[a + i];
      r = x + s[b + i];
      long c = Long.compareUnsigned(r, x) < 0 ? 1 : 0;
      long rc = r + carry;
      carry = c | (rc == 0 ? carry : 0);
      s[b + i] = rc;
    }
  }

  static void sub(long[] s, int a) {
    int b = a - 4;
    long borrow = 0;
    for (int i = 0; i < 4; i++) {
      long x = s[a + i];
      long y = s[b + i];
      long r = x - y;
      long out = Long.compareUnsigned(x, y) < 0 ? 1 : 0;
      long rb = r - borrow;
      borrow = out | (r == 0 ? borrow : 0);
      s[b + i] = rb;
    }
  }

  static void mul(long[] s, int a) {
    int b = a - 4;
    long x0 = s[a];
    long x1 = s[a + 1];
    long x2 = s[a + 2];
    long x3 = s[a + 3];
    long y0 = s[b];
    long y1 = s[b + 1];
    long y2 = s[b + 2];
    long y3 = s[b + 3];
    if ((x1 | x2 | x3 | y1 | y2 | y3) == 0) {
      s[b] = x0 * y0;
      s[b + 1] = Math.unsignedMultiplyHigh(x0, y0);
      return;
    }
    long r1 = Math.unsignedMultiplyHigh(x0, y0);
    long r2 = 0;
    long r3 = 0;
    // column 1: x0*y1 + x1*y0
    long lo = x0 * y1;
    long hi = Math.unsignedMultiplyHigh(x0, y1);
    r1 += lo;
    r2 += hi + (Long.compareUnsigned(r1, lo) < 0 ? 1 : 0);
    r3 += Long.compareUnsigned(r2, hi) < 0 ? 1 : 0;
    lo = x1 * y0;
    hi = Math.unsignedMultiplyHigh(x1, y0);
    r1 += lo;
    hi += Long.compareUnsigned(r1, lo) < 0 ? 1 : 0; // cannot wrap: a high half is at most 2^64-2
    r2 += hi;
    r3 += Long.compareUnsigned(r2, hi) < 0 ? 1 : 0;
    // column 2: x0*y2 + x1*y1 + x2*y0
    lo = x0 * y2;
    r2 += lo;
    r3 += Math.unsignedMultiplyHigh(x0, y2) + (Long.compareUnsigned(r2, lo) < 0 ? 1 : 0);
    lo = x1 * y1;
    r2 += lo;
    r3 += Math.unsignedMultiplyHigh(x1, y1) + (Long.compareUnsigned(r2, lo) < 0 ? 1 : 0);
    lo = x2 * y0;
    r2 += lo;
    r3 += Math.unsignedMultiplyHigh(x2, y0) + (Long.compareUnsigned(r2, lo) < 0 ? 1 : 0);
    // column 3: the low halves only
    r3 += x0 * y3 + x1 * y2 + x2 * y1 + x3 * y0;
    s[b] = x0 * y0;
    s[b + 1] = r1;
    s[b + 2] = r2;
    s[b + 3] = r3;
  }

  /** a / b, zero if b is zero. */
  static void div(long[] s, int a) {
    int b = a - 4;
    if (fitsLong(s, a) && fitsLong(s, b)) {
      s[b] = s[b] == 0 ? 0 : Long.divideUnsigned(s[a], s[b]);
      return;
    }
    Division.divide(s, a, 4, b, s, b, true);
  }

  /** a mod b, zero if b is zero. */
  static void mod(long[] s, int a) {
    int b = a - 4;
    if (fitsLong(s, a) && fitsLong(s, b)) {
      s[b] = s[b] == 0 ? 0 : Long.remainderUnsigned(s[a], s[b]);
      return;
    }
    Division.divide(s, a, 4, b, s, b, false);
  }

  /** Signed division truncating towards zero; the minimum over -1 wraps to itself. */
  static void sdiv(long[] s, int a) {
    int b = a - 4;
    boolean negative = (s[a + 3] < 0) != (s[b + 3] < 0);
    absolute(s, a);
    absolute(s, b);
    div(s, a);
    if (negative) {
      negate(s, b);
    }
  }

  /** Signed remainder with the sign of the dividend. */
  static void smod(long[] s, int a) {
    int b = a - 4;
    boolean negative = s[a + 3] < 0;
    absolute(s, a);
    absolute(s, b);
    mod(s, a);
    if (negative) {
      negate(s, b);
    }
  }

  /** (a + b) mod c over the 257-bit sum. */
  static void addmod(long[] s, int a) {
    int b = a - 4;
    int c = a - 8;
    long[] sum = new long[5];
    long carry = 0;
    for (int i = 0; i < 4; i++) {
      long x = s[a + i];
      long r = x + s[b + i];
      long out = Long.compareUnsigned(r, x) < 0 ? 1 : 0;
      long rc = r + carry;
      carry = out | (rc == 0 ? carry : 0);
      sum[i] = rc;
    }
    sum[4] = carry;
    Division.divide(sum, 0, 5, c, s, c, false);
  }

  /** (a * b) mod c over the 512-bit product. */
  static void mulmod(long[] s, int a) {
    int b = a - 4;
    int c = a - 8;
    long[] product = new long[8];
    for (int i = 0; i < 4; i++) {
      long x = s[a + i];
      if (x == 0) {
        continue;
      }
      long carry = 0;
      for (int j = 0; j < 4; j++) {
        long y = s[b + j];
        long lo = x * y;
        long hi = Math.unsignedMultiplyHigh(x, y);
        lo += carry;
        hi += Long.compareUnsigned(lo, carry) < 0 ? 1 : 0;
        long sum = product[i + j] + lo;
        hi += Long.compareUnsigned(sum, lo) < 0 ? 1 : 0;
        product[i + j] = sum;
        carry = hi;
      }
      product[i + 4] = carry;
    }
    Division.divide(product, 0, 8, c, s, c, false);
  }

  /** a to the power of b modulo 2^256. */
  static void exp(long[] s, int a) {
    int b = a - 4;
    long[] w = new long[16]; // base, scratch copy of it, accumulator, scratch
    System.arraycopy(s, a, w, 0, 4);
    w[8] = 1;
    int bits = bitLength(s, b);
    for (int i = 0; i < bits; i++) {
      if (((s[b + (i >>> 6)] >>> i) & 1) != 0) {
        System.arraycopy(w, 0, w, 12, 4);
        mul(w, 12); // accumulator at 8 times base at 12
      }
      System.arraycopy(w, 0, w, 4, 4);
      mul(w, 4); // base at 0 squared
    }
    System.arraycopy(w, 8, s, b, 4);
  }

  /** Extends the sign of the byte numbered a (0 the lowest) of b. */
  static void signextend(long[] s, int a) {
    int b = a - 4;
    if (!fitsLong(s, a) || s[a] < 0 || s[a] > 30) {
      return;
    }
    int bit = (int) s[a] * 8 + 7;
    int limb = bit >>> 6;
    boolean ones = ((s[b + limb] >>> bit) & 1) != 0;
    long keep = (bit & 63) == 63 ? -1L : (1L << (bit + 1)) - 1;
    s[b + limb] = ones ? s[b + limb] | ~keep : s[b + limb] & keep;
    for (int i = limb + 1; i < 4; i++) {
      s[b + i] = ones ? -1 : 0;
    }
  }

  static void lt(long[] s, int a) {
    setBoolean(s, a - 4, compare(s, a, a - 4) < 0);
  }

  static void gt(long[] s, int a) {
    setBoolean(s, a - 4, compare(s, a, a - 4) > 0);
  }

  static void slt(long[] s, int a) {
    setBoolean(s, a - 4, compareSigned(s, a, a - 4) < 0);
  }

  static void sgt(long[] s, int a) {
    setBoolean(s, a - 4, compareSigned(s, a, a - 4) > 0);
  }

  static void eq(long[] s, int a) {
    int b = a - 4;
    long difference =
        (s[a] ^ s[b]) | (s[a + 1] ^ s[b + 1]) | (s[a + 2] ^ s[b + 2]) | (s[a + 3] ^ s[b + 3]);
    setBoolean(s, b, difference == 0);
  }

  static void iszero(long[] s, int a) {
    setBoolean(s, a, (s[a] | s[a + 1] | s[a + 2] | s[a + 3]) == 0);
  }

  static void and(long[] s, int a) {
    int b = a - 4;
    s[b] &= s[a];
    s[b + 1] &= s[a + 1];
    s[b + 2] &= s[a + 2];
    s[b + 3] &= s[a + 3];
  }

  static void or(long[] s, int a) {
    int b = a - 4;
    s[b] |= s[a];
    s[b + 1] |= s[a + 1];
    s[b + 2] |= s[a + 2];
    s[b + 3] |= s[a + 3];
  }

  static void xor(long[] s, int a) {
    int b = a - 4;
    s[b] ^= s[a];
    s[b + 1] ^= s[a + 1];
    s[b + 2] ^= s[a + 2];
    s[b + 3] ^= s[a + 3];
  }

  static void not(long[] s, int a) {
    s[a] = ~s[a];
    s[a + 1] = ~s[a + 1];
    s[a + 2] = ~s[a + 2];
    s[a + 3] = ~s[a + 3];
  }

  /** The byte of b numbered a, counted from the most significant. */
  static void byteAt(long[] s, int a) {
    int b = a - 4;
    long value = 0;
    if (fitsLong(s, a) && s[a] >= 0 && s[a] < 32) {
      int fromLowest = 31 - (int) s[a];
      value = (s[b + (fromLowest >>> 3)] >>> (fromLowest << 3)) & 0xff;
    }
    setLong(s, b, value);
  }

  /** b shifted left by a (EIP-145). */
  static void shl(long[] s, int a) {
    int b = a - 4;
    if (!fitsLong(s, a) || s[a] < 0 || s[a] > 255) {
      setLong(s, b, 0);
      return;
    }
    int limbs = (int) s[a] >>> 6;
    int bits = (int) s[a] & 63;
    for (int i = 3; i >= 0; i--) {
      long high = i - limbs >= 0 ? s[b + i - limbs] : 0;
      long low = i - limbs - 1 >= 0 ? s[b + i - limbs - 1] : 0;
      s[b + i] = bits == 0 ? high : (high << bits) | (low >>> (64 - bits));
    }
  }

  /** b shifted right by a, zeros moving in (EIP-145). */
  static void shr(long[] s, int a) {
    int b = a - 4;
    if (!fitsLong(s, a) || s[a] < 0 || s[a] > 255) {
      setLong(s, b, 0);
      return;
    }
    shiftRight(s, b, (int) s[a], 0);
  }

  /** b shifted right by a, the sign moving in (EIP-145). */
  static void sar(long[] s, int a) {
    int b = a - 4;
    long fill = s[b + 3] >> 63;
    if (!fitsLong(s, a) || s[a] < 0 || s[a] > 255) {
      for (int i = 0; i < 4; i++) {
        s[b + i] = fill;
      }
      return;
    }
    shiftRight(s, b, (int) s[a], fill);
  }

  private static void shiftRight(long[] s, int b, int count, long fill) {
    int limbs = count >>> 6;
    int bits = count & 63;
    for (int i = 0; i < 4; i++) {
      long low = i + limbs < 4 ? s[b + i + limbs] : fill;
      long high = i + limbs + 1 < 4 ? s[b + i + limbs + 1] : fill;
      s[b + i] = bits == 0 ? low : (low >>> bits) | (high << (64 - bits));
    }
  }

  /** Whether the word at {@code a} is below 2^64. */
  static boolean fitsLong(long[] s, int a) {
    return (s[a + 1] | s[a + 2] | s[a + 3]) == 0;
  }

  static boolean isZero(long[] s, int a) {
    return (s[a] | s[a + 1] | s[a + 2] | s[a + 3]) == 0;
  }

  static void setLong(long[] s, int a, long value) {
    s[a] = value;
    s[a + 1] = 0;
    s[a + 2] = 0;
    s[a + 3] = 0;
  }

  static int bitLength(long[] s, int a) {
    for (int i = 3; i >= 0; i--) {
      if (s[a + i] != 0) {
        return 64 * (i + 1) - Long.numberOfLeadingZeros(s[a + i]);
      }
    }
    return 0;
  }

  private static void setBoolean(long[] s, int a, boolean value) {
    setLong(s, a, value ? 1 : 0);
  }

  private static int compare(long[] s, int a, int b) {
    for (int i = 3; i > 0; i--) {
      if (s[a + i] != s[b + i]) {
        return Long.compareUnsigned(s[a + i], s[b + i]);
      }
    }
    return Long.compareUnsigned(s[a], s[b]);
  }

  private static int compareSigned(long[] s, int a, int b) {
    return s[a + 3] != s[b + 3] ? Long.compare(s[a + 3], s[b + 3]) : compare(s, a, b);
  }

  private static void absolute(long[] s, int a) {
    if (s[a + 3] < 0) {
      negate(s, a);
    }
  }

  private static void negate(long[] s, int a) {
    long carry = 1;
    for (int i = 0; i < 4; i++) {
      long r = ~s[a + i] + carry;
      carry = r == 0 ? carry : 0;
      s[a + i] = r;
    }
  }
}
