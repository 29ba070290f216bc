package io.lesnode.flowcontrol;

/**
 * The token bucket that a server promises a client: never negative.
 *
 * @param bufferLimit the size of the bucket in cost units (BL)
 * @param rechargePerMilli the guaranteed refill in cost units per millisecond (MRR), which is also
 *     the client's capacity
 */
public record CreditParams(long bufferLimit, long rechargePerMilli) {

  /** A bucket refills in six seconds at least. */
  public static final long BUFFER_LIMIT_RATIO = 6000;

  /** Refuses negative values. */
  public CreditParams {
    if (bufferLimit < 0 || rechargePerMilli < 0) {
      throw new IllegalArgumentException(
          "Credit parameters cannot be negative: " + bufferLimit + ", " + rechargePerMilli);
    }
  }

  /** The parameters that geth gives a client of this capacity. */
  public static CreditParams ofCapacity(long capacity) {
    return new CreditParams(Math.multiplyExact(capacity, BUFFER_LIMIT_RATIO), capacity);
  }
}
