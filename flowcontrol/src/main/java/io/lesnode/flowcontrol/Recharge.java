package io.lesnode.flowcontrol;

/** The linear refill of a bucket. */
public final class Recharge {

  /** Nanoseconds per unit of a recharge rate. */
  public static final long NANOS_PER_MILLI = 1_000_000;

  private Recharge() {}

  /**
   * What a rate refills in a time, rounded down; {@link Long#MAX_VALUE} when it does not fit.
   *
   * <p>Differs from geth, whose product wraps around after 13 days of silence at the default rate
   * and then refills a part only (RechargeTest.doesNotWrapAround).
   */
  public static long amount(long rechargePerMilli, long elapsedNanos) {
    return amount(rechargePerMilli, elapsedNanos, 0);
  }

  /**
   * As {@link #amount(long, long)}, with what an earlier division left over.
   *
   * @param remainder in millionths of a unit, from 0 to 999,999
   */
  public static long amount(long rechargePerMilli, long elapsedNanos, long remainder) {
    if (elapsedNanos <= 0) {
      return 0;
    }
    long exact = rechargePerMilli * elapsedNanos;
    if (fits(rechargePerMilli, elapsedNanos) && exact + remainder >= 0) {
      return (exact + remainder) / NANOS_PER_MILLI;
    }
    long wholeMillis = elapsedNanos / NANOS_PER_MILLI;
    return fits(rechargePerMilli, wholeMillis) ? rechargePerMilli * wholeMillis : Long.MAX_VALUE;
  }

  private static boolean fits(long factor, long other) {
    return Math.multiplyHigh(factor, other) == 0 && factor * other >= 0;
  }

  /** What {@link #amount(long, long, long)} leaves over; meaningless when it saturates. */
  public static long remainder(long rechargePerMilli, long elapsedNanos, long remainder) {
    if (elapsedNanos <= 0) {
      return remainder;
    }
    return Math.floorMod(rechargePerMilli * elapsedNanos + remainder, NANOS_PER_MILLI);
  }

  /** The sum, or {@link Long#MAX_VALUE} when it does not fit; {@code amount} is not negative. */
  public static long plus(long value, long amount) {
    long sum = value + amount;
    return sum < value ? Long.MAX_VALUE : sum;
  }
}
