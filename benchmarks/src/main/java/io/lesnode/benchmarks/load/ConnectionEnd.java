package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.DisconnectReason;

/**
 * How a connection ended.
 *
 * @param text why, a short clause
 * @param byServer whether the server gave the reason
 * @param wasReady whether the handshake had succeeded before
 */
record ConnectionEnd(String text, boolean byServer, boolean wasReady) {

  static ConnectionEnd ours(String text) {
    return new ConnectionEnd(text, false, false);
  }

  static ConnectionEnd network(String text) {
    return new ConnectionEnd(text, false, false);
  }

  /** The server refused us during the handshakes. */
  static ConnectionEnd refused(DisconnectReason reason) {
    return new ConnectionEnd("the server says '" + reason.text() + "'", true, false);
  }

  /** We have no use for the server. */
  static ConnectionEnd refusedByUs(String text) {
    return new ConnectionEnd(text, false, false);
  }

  /** The server told a reason later. */
  static ConnectionEnd told(DisconnectReason reason) {
    return new ConnectionEnd(reason.text(), true, true);
  }

  ConnectionEnd during(boolean ready) {
    return new ConnectionEnd(text, byServer, ready);
  }
}
