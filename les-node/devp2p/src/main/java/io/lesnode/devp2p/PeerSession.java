package io.lesnode.devp2p;

import org.apache.tuweni.bytes.Bytes;

/**
 * What a sub-protocol does with one connection.
 *
 * <p>Thread: every method is called on the connection's event loop, never concurrently, and must
 * not block. An exception thrown by a callback is a bug of ours: it is logged and the connection
 * ends with {@link DisconnectReason#SUBPROTOCOL_ERROR}.
 */
public interface PeerSession {
  /**
   * A message has come.
   *
   * @param code message code relative to the capability, 0 … messageCount − 1
   * @param payload decoded payload; immutable and owned by the receiver
   */
  void onMessage(int code, Bytes payload);

  /**
   * Messages follow that arrived together, in one read of the socket for example. A session that
   * hands messages to another thread can do so once for all of them, at {@link #onBatchEnd}.
   */
  default void onBatchBegin() {}

  /** No more messages of the batch follow. */
  default void onBatchEnd() {}

  /**
   * The connection has ended; the last call. Called exactly once for each accepted session.
   *
   * @param reason why
   * @param byRemote true if the peer sent the reason or closed the connection
   */
  void onClosed(DisconnectReason reason, boolean byRemote);

  /**
   * {@link PeerLink#writable()} has changed. Work that produces messages should rest while it is
   * false.
   */
  default void onWritabilityChanged(boolean writable) {}
}
