package io.lesnode.flowcontrol.pool;

/** Gives the priorities of clients, which fall with time and with capacity. */
interface Priorities {

  /** The priority now, at a capacity. */
  long priority(PoolClient client, long capacity);

  /**
   * A lower estimate of the priority at a capacity.
   *
   * @param futureNanos until when, with requests
   * @param biasNanos for how much longer, without requests
   * @param watch whether {@link PriorityPool#updatePriority} is to be called once the priority
   *     falls below the estimate
   */
  long estimate(PoolClient client, long capacity, long futureNanos, long biasNanos, boolean watch);
}
