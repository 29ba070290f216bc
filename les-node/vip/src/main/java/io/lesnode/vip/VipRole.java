package io.lesnode.vip;

import io.lesnode.payment.MethodNews;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;

/**
 * What a node is beside a server, for example a pool: hears of its peers and gets the messages that
 * are not about the sale of its own service. Called on the ledger loop; must not block.
 */
public interface VipRole {

  /** Which role our Status adds. */
  Role role();

  /** A peer has greeted. */
  void onOpened(VipPeer peer, VipMessage.Status status);

  /** A message that is not for the sale: of pools, or an answer to what the role sent. */
  void onMessage(VipPeer peer, VipMessage message);

  /** Vip with the peer is over. */
  void onClosed(VipPeer peer);

  /** Money of a peer has come, or something happened to it on chain. */
  default void onNews(MethodNews news) {}
}
