package io.lesnode.devp2p;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who decides which connections become peers. Called from event loops; answers come on the event
 * loop of the connection, at once or later.
 */
interface Doorkeeper {
  /**
   * The encryption handshake has proven who the remote side is.
   *
   * @param verdict gets null to go on, or why not
   */
  void identified(
      PeerConnection connection, NodeId remote, Consumer<@Nullable DisconnectReason> verdict);

  /**
   * The Hello of the remote side is in order and a capability is shared. If the verdict is null the
   * connection counts as a peer until {@link #ended}.
   */
  void greeted(
      PeerConnection connection, PeerInfo peer, Consumer<@Nullable DisconnectReason> verdict);

  /** The connection is over; the last call, also for connections that never became peers. */
  void ended(PeerConnection connection);
}
