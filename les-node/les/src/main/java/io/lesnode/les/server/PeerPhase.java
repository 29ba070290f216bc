package io.lesnode.les.server;

/** Where a connection stands; moves only forward, see {@link ServedPeer}. */
sealed interface PeerPhase {

  /** Accepted by the network, not yet seen by the node loop. */
  record Accepted() implements PeerPhase {}

  /** Our Status is sent; theirs must come before the timer fires. */
  record AwaitingStatus(NodeLoop.Timer timeout) implements PeerPhase {}

  /** A silent link to another server. */
  record ServerLink() implements PeerPhase {}

  /** A light client. */
  record Serving(ServedClient client) implements PeerPhase {}

  /** Over; whatever comes is ignored. */
  record Closed() implements PeerPhase {}
}
