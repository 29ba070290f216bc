package io.lesnode.vipnode.pool;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * How a pool stands.
 *
 * @param hosts the active ones
 * @param totalHosts all that are remembered
 * @param activeClients clients that were heard of within the expiry
 * @param totalClients all that are remembered
 * @param pairings clients at hosts now
 * @param latestBlock the newest block that the pool itself verified
 * @param matched hosts given to clients since the start
 * @param settled intervals settled since the start
 * @param disputed intervals about which the two sides did not agree
 * @param refused requests refused
 */
public record PoolFigures(
    List<ActiveHost> hosts,
    int totalHosts,
    int activeClients,
    int totalClients,
    int pairings,
    long latestBlock,
    long matched,
    long settled,
    long disputed,
    long refused) {
  /** Copies the list. */
  public PoolFigures {
    hosts = List.copyOf(hosts);
  }

  /**
   * A host that is offered, unless it is full or lags.
   *
   * @param clients how many clients it has of this pool
   * @param faultPoints what is held against it now
   */
  public record ActiveHost(
      Bytes32 id,
      long lastSeenSeconds,
      long blockNumber,
      int clients,
      long capacity,
      long reserved,
      TokenPrice price,
      int latencyMillis,
      long faultPoints,
      boolean lagging,
      String version) {}
}
