package io.lesnode.les.client.pool;

import io.lesnode.devp2p.NodeId;

/** What servers charge. Called on the client loop; must not block. */
@FunctionalInterface
public interface ServerPrices {
  /** Every server is free. */
  ServerPrices FREE = id -> 0;

  /**
   * A server's price for a unit of service value, as a share of what the user is ready to pay: 0 is
   * free, 1 just acceptable, above 1 too expensive.
   */
  double priceRatio(NodeId id);

  /** How much a server's worth shrinks by its price: 1 when free, ½ when just acceptable. */
  default double moneyFactor(NodeId id) {
    double ratio = priceRatio(id);
    return ratio > 1 || Double.isNaN(ratio) ? 0 : 1 / (1 + Math.max(0, ratio));
  }
}
