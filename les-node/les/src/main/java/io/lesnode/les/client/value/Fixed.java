package io.lesnode.les.client.value;

/** The conversions between counters and floating point that geth's results depend on. */
final class Fixed {
  private Fixed() {}

  /** Cut to a counter; what does not fit becomes zero or the largest. */
  static long counter(double value) {
    return Math.max(0, (long) value);
  }

  /** The sum of two counters, the largest where it does not fit. */
  static long plus(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  /** Whether a counter can be shifted left without loss. */
  static boolean canShiftLeft(long value, long distance) {
    return value == 0 || distance < Long.numberOfLeadingZeros(value);
  }

  static long shiftRight(long value, long distance) {
    return distance >= Long.SIZE ? 0 : value >> distance;
  }

  static long shiftLeft(long value, long distance) {
    return value == 0 ? 0 : value << distance;
  }
}
