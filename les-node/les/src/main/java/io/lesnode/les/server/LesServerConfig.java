package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.CostModel;

/**
 * How a LES server serves.
 *
 * @param networkId the network of Status
 * @param servePercent how much of one thread serves clients, in percent; may exceed 100
 * @param ingressBytesPerMilli bandwidth limit of requests, 0: none
 * @param egressBytesPerMilli bandwidth limit of replies, 0: none
 * @param maxClients most light clients at once
 * @param txLookupLimitBlocks for how many recent blocks transactions are indexed, 0: all
 * @param announceOnly only heads are announced, nothing is served (ultra light servers)
 * @param workerThreads serving threads
 */
public record LesServerConfig(
    long networkId,
    int servePercent,
    long ingressBytesPerMilli,
    long egressBytesPerMilli,
    int maxClients,
    long txLookupLimitBlocks,
    boolean announceOnly,
    int workerThreads) {

  private static final int THREADS_PER_FULL_SERVE = 4;

  /** Checks the ranges. */
  public LesServerConfig {
    if (servePercent < 1 || maxClients < 0 || workerThreads < 1) {
      throw new IllegalArgumentException(
          "serving needs at least 1 percent and one thread, not "
              + servePercent
              + " percent and "
              + workerThreads
              + " threads");
    }
    if (ingressBytesPerMilli < 0 || egressBytesPerMilli < 0 || txLookupLimitBlocks < 0) {
      throw new IllegalArgumentException("limits cannot be negative; use 0 for no limit");
    }
  }

  /** Everything indexed, no bandwidth limit, as many threads as geth would use when idle. */
  public static LesServerConfig of(long networkId, int servePercent, int maxClients) {
    int threads = Math.max(THREADS_PER_FULL_SERVE, servePercent * THREADS_PER_FULL_SERVE / 100);
    return new LesServerConfig(networkId, servePercent, 0, 0, maxClients, 0, false, threads);
  }

  /** How many threads serve while a block is imported, as in geth. */
  int importThreads() {
    return servePercent / 100 + 1;
  }

  /** The costs of this configuration at global cost factor 1. */
  CostModel costModel() {
    return new CostModel(servePercent, ingressBytesPerMilli, egressBytesPerMilli, 1);
  }
}
