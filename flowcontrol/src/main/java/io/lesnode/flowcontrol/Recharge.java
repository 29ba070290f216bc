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
    if (elapsedNanos <= 0) {
      return 0;
    }
    long high = Math.multiplyHigh(rechargePerMilli, elapsedNanos);
    long low = rechargePerMilli * elapsedNanos;
    if (high != 0 || low < 0) {
      long whole = elapsedNanos / NANOS_PER_MILLI;
      return Math.multiplyHigh(rechargePerMilli, whole) != 0 || rechargePerMilli * whole < 0
          ? Long.MAX_VALUE
          : rechargePerMilli * whole;
    }
    return low / NANOS_PER_MILLI;
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
    long low = rechargePerMilli * elapsedNanos;
    boolean fits =
        Math.multiplyHigh(rechargePerMilli, elapsedNanos) == 0 && low >= 0 && low + remainder >= 0;
    return fits ? (low + remainder) / NANOS_PER_MILLI : amount(rechargePerMilli, elapsedNanos);
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
