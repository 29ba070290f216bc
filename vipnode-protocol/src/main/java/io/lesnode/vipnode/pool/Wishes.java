package io.lesnode.vipnode.pool;

/**
 * What a client wants of each host.
 *
 * @param chain the chain it follows
 * @param capacity the capacity it wants
 * @param maxPrice it pays no more
 */
public record Wishes(ServedChain chain, long capacity, TokenPrice maxPrice) {
  /** A capacity is positive. */
  public Wishes {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity wanted must be positive: " + capacity);
    }
  }
}
