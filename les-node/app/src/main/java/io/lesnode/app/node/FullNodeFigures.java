package io.lesnode.app.node;

import io.lesnode.app.metrics.MetricsSource;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.discovery.DiscoveryService;
import io.lesnode.les.server.AdminException;
import io.lesnode.les.server.LesAdmin;
import io.lesnode.les.server.ServerFigures;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.vip.VipAdminException;
import io.lesnode.vip.VipFigures;
import io.lesnode.vip.VipServer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What metrics show of a full node. Immutable.
 *
 * @param les the LES server; empty when nothing is served
 * @param discovery empty when it is off
 * @param vip empty when nothing is sold
 */
record FullNodeFigures(
    P2pServer p2p,
    Blockchain chain,
    TxPool pool,
    Optional<LesAdmin> les,
    Optional<DiscoveryService> discovery,
    Optional<VipServer> vip)
    implements MetricsSource {
  private static final Logger LOG = LoggerFactory.getLogger(FullNodeFigures.class);

  @Override
  public Picture picture() {
    BlockHeader head = chain.head().header();
    return new Picture(
        les.flatMap(FullNodeFigures::figures),
        p2p.peers().size(),
        head.number(),
        head.timestamp(),
        pool.executableCount(),
        pool.waitingCount(),
        discovery.map(DiscoveryService::status),
        vip.flatMap(FullNodeFigures::vipFigures));
  }

  private static Optional<VipFigures> vipFigures(VipServer vip) {
    try {
      return Optional.of(vip.figures());
    } catch (VipAdminException busy) {
      LOG.debug("no figures of the vip server: {}", busy.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<ServerFigures> figures(LesAdmin les) {
    try {
      return Optional.of(les.figures());
    } catch (AdminException busy) {
      LOG.debug("no figures of the LES server: {}", busy.failure().text());
      return Optional.empty();
    }
  }
}
