package io.lesnode.devp2p;

import java.net.InetSocketAddress;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/**
 * One sub-protocol's side of a connection with a peer.
 *
 * <p>Thread: every method may be called from any thread; commands only enqueue to the connection's
 * event loop, and messages sent from one thread leave in the order of the calls. After the
 * connection has ended all commands do nothing.
 */
public interface PeerLink {
  /** Who the peer is; proven by the handshake. */
  NodeId remoteId();

  /** The name in the peer's Hello, such as {@code Geth/v1.10.26-stable/linux-amd64/go1.19}. */
  String clientName();

  /**
   * Everything that the peer announced, also what we do not speak, as {@code name/version}, sorted.
   */
  List<String> remoteCapabilities();

  /** The other end of the TCP connection. */
  InetSocketAddress remoteAddress();

  /** Our end of the TCP connection. */
  InetSocketAddress localAddress();

  /** True if the peer dialled us. */
  boolean inbound();

  /** True if we dialled because the peer is in the static list. */
  boolean isStatic();

  /** True if the peer may connect above the peer limit. */
  boolean trusted();

  /**
   * Queues a message.
   *
   * @param code message code relative to the capability
   * @param payload payload before compression; must not be changed afterwards
   * @return false if it was dropped because the connection has ended or because more than {@link
   *     P2pConfig#outboundLimitBytes()} are waiting already
   * @throws IllegalArgumentException if the code is outside of the capability or the payload larger
   *     than a frame
   */
  boolean send(int code, Bytes payload);

  /**
   * As {@link #send}, but the event loop of the connection is not woken for it: the message leaves
   * with the next {@link #flush} or {@link #send} at the latest.
   */
  default boolean queue(int code, Bytes payload) {
    return send(code, payload);
  }

  /** Lets go what was queued. */
  default void flush() {}

  /** False while so much is waiting to be sent that producing more should rest. */
  boolean writable();

  /**
   * Stops reading from the connection, so that the peer is slowed down. A message that has been
   * read already is kept (at most one socket read) until {@link #resumeReading()}. Calls do not
   * nest; each link of a connection pauses on its own and the connection is read while none is
   * paused.
   */
  void pauseReading();

  /** Undoes {@link #pauseReading()}. */
  void resumeReading();

  /**
   * Tells the peer the reason and closes. Messages queued before are sent first. On the event loop
   * of the connection it takes effect at once: {@link PeerSession#onClosed} is called before it
   * returns, and no message is delivered any more.
   */
  void disconnect(DisconnectReason reason);
}
