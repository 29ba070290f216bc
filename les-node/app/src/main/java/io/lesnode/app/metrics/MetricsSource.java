package io.lesnode.app.metrics;

import io.lesnode.devp2p.discovery.DiscoveryStatus;
import io.lesnode.les.server.ServerFigures;
import io.lesnode.vip.VipFigures;
import java.util.Optional;

/** The port between the metrics and the node. Called by one thread, once per scrape. */
@FunctionalInterface
public interface MetricsSource {
  /** The node as it is now; may block shortly. */
  Picture picture();

  /**
   * A node at one moment.
   *
   * @param les the LES server; empty when nothing is served, or when it does not answer
   * @param peers connections of all kinds
   * @param headNumber the canonical head
   * @param headTimestamp of the head, in seconds since 1970
   * @param pendingTransactions executable ones in the pool
   * @param queuedTransactions ones that wait for others
   * @param discovery what discovery does; empty when it is off
   * @param vip what the sale of priority does; empty when nothing is sold, or when it does not
   *     answer
   */
  record Picture(
      Optional<ServerFigures> les,
      int peers,
      long headNumber,
      long headTimestamp,
      int pendingTransactions,
      int queuedTransactions,
      Optional<DiscoveryStatus> discovery,
      Optional<VipFigures> vip) {

    /** A node that sells nothing. */
    public Picture(
        Optional<ServerFigures> les,
        int peers,
        long headNumber,
        long headTimestamp,
        int pendingTransactions,
        int queuedTransactions,
        Optional<DiscoveryStatus> discovery) {
      this(
          les,
          peers,
          headNumber,
          headTimestamp,
          pendingTransactions,
          queuedTransactions,
          discovery,
          Optional.empty());
    }

    /** A node without discovery. */
    public Picture(
        Optional<ServerFigures> les,
        int peers,
        long headNumber,
        long headTimestamp,
        int pendingTransactions,
        int queuedTransactions) {
      this(
          les,
          peers,
          headNumber,
          headTimestamp,
          pendingTransactions,
          queuedTransactions,
          Optional.empty());
    }

    /** Nothing yet. */
    static final Picture NONE = new Picture(Optional.empty(), 0, 0, 0, 0, 0);
  }
}
