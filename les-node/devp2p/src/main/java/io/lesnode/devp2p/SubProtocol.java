package io.lesnode.devp2p;

import java.util.List;

/**
 * A protocol that runs on top of connections: the seam between the network and, for example, LES.
 *
 * <p>Thread: the methods are called on event loops, possibly several at once for different
 * connections, and must not block.
 */
public interface SubProtocol {
  /** 2^24 − 1: what a frame can carry, and geth's limit for a decoded message. */
  int FRAME_LIMIT_BYTES = 0xff_ffff;

  /**
   * The versions offered. All have the same name; only the highest one shared with a peer is used
   * there.
   */
  List<Capability> capabilities();

  /**
   * The largest decoded payload that is accepted. A larger one ends the connection with {@link
   * DisconnectReason#SUBPROTOCOL_ERROR} before it is inflated. LES uses 10 MiB.
   */
  default int maxPayloadBytes() {
    return FRAME_LIMIT_BYTES;
  }

  /**
   * Starts the protocol on a new connection, right after the peer was admitted and before any of
   * its messages is delivered. It may send at once.
   *
   * @param link this protocol's side of the connection
   * @param negotiated the version in use
   * @return who gets the messages of this connection
   */
  PeerSession accept(PeerLink link, Capability negotiated);
}
