package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.CostModel;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;

/**
 * How a LES server serves; immutable.
 *
 * @param networkId the network of Status
 * @param servePercent how much of one thread serves clients, in percent; may exceed 100
 * @param ingressBytesPerMilli bandwidth limit of requests, 0: none
 * @param egressBytesPerMilli bandwidth limit of replies, 0: none
 * @param maxClients most light clients at once
 * @param maxServerLinks most silent links to other servers at once
 * @param txLookupLimitBlocks for how many recent blocks transactions are indexed, 0: all
 * @param announceOnly only heads are announced, nothing is served (ultra light servers)
 * @param servesUnsynced clients are served even while our chain is behind
 * @param ownClients the operator's own clients: hashes of their public keys
 * @param reservePercent share of places and capacity that only the operator's own clients get
 * @param freeFloorPercent share that clients without a balance keep whoever pays
 * @param freeClientId how much of an address names a client without a balance
 * @param baseCosts average serving times: geth's, or measured on this machine
 * @param workerThreads serving threads
 */
public record LesServerConfig(
    long networkId,
    int servePercent,
    long ingressBytesPerMilli,
    long egressBytesPerMilli,
    int maxClients,
    int maxServerLinks,
    long txLookupLimitBlocks,
    boolean announceOnly,
    boolean servesUnsynced,
    Set<Bytes32> ownClients,
    int reservePercent,
    int freeFloorPercent,
    FreeClientId freeClientId,
    BaseCosts baseCosts,
    int workerThreads) {

  private static final int THREADS_PER_FULL_SERVE = 4;
  private static final int DEFAULT_SERVER_LINKS = 16;
  private static final int PERCENT = 100;

  /** Checks the ranges. */
  public LesServerConfig {
    ownClients = Set.copyOf(ownClients);
    if (servePercent < 1 || workerThreads < 1) {
      throw new IllegalArgumentException(
          "serving needs at least 1 percent and one thread, not "
              + servePercent
              + " percent and "
              + workerThreads
              + " threads");
    }
    if (maxClients < 0 || maxServerLinks < 0) {
      throw new IllegalArgumentException("numbers of peers cannot be negative");
    }
    if (ingressBytesPerMilli < 0 || egressBytesPerMilli < 0 || txLookupLimitBlocks < 0) {
      throw new IllegalArgumentException("limits cannot be negative; use 0 for no limit");
    }
    if (reservePercent < 0 || freeFloorPercent < 0 || reservePercent + freeFloorPercent > PERCENT) {
      throw new IllegalArgumentException(
          "the reserve ("
              + reservePercent
              + " %) and the floor of free clients ("
              + freeFloorPercent
              + " %) must fit into 100 %");
    }
  }

  /** Everything indexed, no bandwidth limit, as many threads as geth would use when idle. */
  public static LesServerConfig of(long networkId, int servePercent, int maxClients) {
    return builder(networkId, servePercent, maxClients).build();
  }

  /** Starts with what {@link #of} gives. */
  public static Builder builder(long networkId, int servePercent, int maxClients) {
    return new Builder(networkId, servePercent, maxClients);
  }

  /** How many threads serve while a block is imported, as in geth. */
  int importThreads() {
    return servePercent / PERCENT + 1;
  }

  /**
   * The costs of this configuration.
   *
   * @param globalFactor the global cost factor at start
   */
  CostModel costModel(double globalFactor) {
    return new CostModel(
        servePercent, ingressBytesPerMilli, egressBytesPerMilli, globalFactor, baseCosts);
  }

  /** Collects the values of a configuration; confined to one thread. */
  public static final class Builder {
    private final long networkId;
    private final int servePercent;
    private final int maxClients;
    private final int workerThreads;
    private long ingressBytesPerMilli;
    private long egressBytesPerMilli;
    private int maxServerLinks = DEFAULT_SERVER_LINKS;
    private long txLookupLimitBlocks;
    private boolean announceOnly;
    private boolean servesUnsynced;
    private Set<Bytes32> ownClients = Set.of();
    private int reservePercent;
    private int freeFloorPercent;
    private FreeClientId freeClientId = FreeClientId.DEFAULT;
    private BaseCosts baseCosts = BaseCosts.geth();

    private Builder(long networkId, int servePercent, int maxClients) {
      this.networkId = networkId;
      this.servePercent = servePercent;
      this.maxClients = maxClients;
      this.workerThreads =
          Math.max(THREADS_PER_FULL_SERVE, servePercent * THREADS_PER_FULL_SERVE / PERCENT);
    }

    /** Limits the bandwidth; 0: no limit. */
    public Builder bandwidth(long ingressPerMilli, long egressPerMilli) {
      this.ingressBytesPerMilli = ingressPerMilli;
      this.egressBytesPerMilli = egressPerMilli;
      return this;
    }

    /** Limits the links to other servers; 16 unless set. */
    public Builder maxServerLinks(int limit) {
      this.maxServerLinks = limit;
      return this;
    }

    /** Says that only the transactions of so many blocks are indexed. */
    public Builder txLookupLimit(long blocks) {
      this.txLookupLimitBlocks = blocks;
      return this;
    }

    /** Announces heads and serves nothing. */
    public Builder announceOnly(boolean only) {
      this.announceOnly = only;
      return this;
    }

    /** Serves clients even while our chain is behind. */
    public Builder servesUnsynced(boolean serves) {
      this.servesUnsynced = serves;
      return this;
    }

    /** The operator's own clients and the share that is kept for them. */
    public Builder reserve(Set<Bytes32> clients, int percent) {
      this.ownClients = clients;
      this.reservePercent = percent;
      return this;
    }

    /** The share that clients without a balance keep. */
    public Builder freeFloor(int percent) {
      this.freeFloorPercent = percent;
      return this;
    }

    /** How much of an address names a client without a balance. */
    public Builder freeClientId(FreeClientId rule) {
      this.freeClientId = rule;
      return this;
    }

    /** Replaces geth's average serving times. */
    public Builder baseCosts(BaseCosts costs) {
      this.baseCosts = costs;
      return this;
    }

    /** The configuration; checks the ranges. */
    public LesServerConfig build() {
      return new LesServerConfig(
          networkId,
          servePercent,
          ingressBytesPerMilli,
          egressBytesPerMilli,
          maxClients,
          maxServerLinks,
          txLookupLimitBlocks,
          announceOnly,
          servesUnsynced,
          ownClients,
          reservePercent,
          freeFloorPercent,
          freeClientId,
          baseCosts,
          workerThreads);
    }
  }
}
