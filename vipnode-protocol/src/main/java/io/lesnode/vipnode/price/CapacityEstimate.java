package io.lesnode.vipnode.price;

/** What capacity a client could have; the client pool knows. Called on the pool's own thread. */
@FunctionalInterface
public interface CapacityEstimate {
  /**
   * The most capacity to be had.
   *
   * @param extraTokens tokens more than the client has; negative: fewer
   * @param biasSeconds how long it should last at least, geth's bias
   */
  long capacityWith(long extraTokens, long biasSeconds);
}
