package io.lesnode.flowcontrol.cost;

/**
 * A linear cost: {@code base + perItem · amount}. The unit is the context's (cost units,
 * nanoseconds or bytes); both parts are never negative.
 */
public record RequestCost(long base, long perItem) {

  /** Refuses negative parts. */
  public RequestCost {
    if (base < 0 || perItem < 0) {
      throw new IllegalArgumentException("A cost cannot be negative: " + base + ", " + perItem);
    }
  }

  /** The cost of {@code amount} items; {@link Long#MAX_VALUE} when it does not fit. */
  public long of(long amount) {
    if (amount < 0) {
      return perItem == 0 ? base : Long.MAX_VALUE;
    }
    long high = Math.multiplyHigh(perItem, amount);
    long low = perItem * amount;
    if (high != 0 || low < 0) {
      return Long.MAX_VALUE;
    }
    long sum = low + base;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}
