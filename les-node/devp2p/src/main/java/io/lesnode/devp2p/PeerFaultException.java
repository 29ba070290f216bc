package io.lesnode.devp2p;

/** The remote side sent something that ends the connection; carries the reason to tell it. */
final class PeerFaultException extends Exception {
  private final DisconnectReason reason;

  PeerFaultException(DisconnectReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  DisconnectReason reason() {
    return reason;
  }
}
