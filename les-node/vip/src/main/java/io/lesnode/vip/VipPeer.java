package io.lesnode.vip;

import io.lesnode.devp2p.NodeId;
import io.lesnode.payment.Counterparty;
import io.lesnode.vipnode.wire.VipMessage;
import org.apache.tuweni.bytes.Bytes32;

/** A peer that speaks vip/1 with this server, as further roles of the node see it. Thread-safe. */
public interface VipPeer {
  /** Who it is; proven by the handshake. */
  NodeId nodeId();

  /** The hash of its public key. */
  default Bytes32 id() {
    return nodeId().hash();
  }

  /** Who it is with the account that it proved; without one before its Status. */
  Counterparty counterparty();

  /** Sends a message; false if it was lost because the connection ended. */
  boolean send(VipMessage message);
}
