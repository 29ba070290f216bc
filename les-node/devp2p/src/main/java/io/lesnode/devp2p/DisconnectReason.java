package io.lesnode.devp2p;

/**
 * Why a connection ends, as carried by the {@code p2p} Disconnect message (devp2p rlpx.md,
 * "Disconnect (0x01)"; texts of geth's p2p/peer_error.go).
 */
public enum DisconnectReason {
  /** 0x00: one side asked for it, without a fault. */
  REQUESTED(0x00, "disconnect requested"),
  /** 0x01: the TCP connection broke. Never sent, as in geth: the connection is just closed. */
  NETWORK_ERROR(0x01, "network error"),
  /** 0x02: a message of the transport or the base protocol was malformed. */
  PROTOCOL_BREACH(0x02, "breach of protocol"),
  /** 0x03: no shared capability, or nothing to gain from each other. */
  USELESS_PEER(0x03, "useless peer"),
  /** 0x04: the peer limit is reached. */
  TOO_MANY_PEERS(0x04, "too many peers"),
  /** 0x05: another connection with the same node id is up. */
  ALREADY_CONNECTED(0x05, "already connected"),
  /** 0x06: the base protocol version cannot be spoken. */
  INCOMPATIBLE_VERSION(0x06, "incompatible p2p protocol version"),
  /** 0x07: the Hello carried no valid node id. */
  INVALID_IDENTITY(0x07, "invalid node identity"),
  /** 0x08: the node shuts down. */
  QUITTING(0x08, "client quitting"),
  /** 0x09: the Hello names another node id than the handshake proved. */
  UNEXPECTED_IDENTITY(0x09, "unexpected identity"),
  /** 0x0a: we dialled ourselves. */
  SELF(0x0a, "connected to self"),
  /** 0x0b: nothing was received for too long. */
  READ_TIMEOUT(0x0b, "read timeout"),
  /** 0x10: a sub-protocol ended the connection because of a fault. */
  SUBPROTOCOL_ERROR(0x10, "subprotocol error"),
  /** Any code that has no meaning assigned. Never sent. */
  UNKNOWN(0xff, "unknown disconnect reason");

  private final int code;
  private final String text;

  DisconnectReason(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The code on the wire. */
  public int code() {
    return code;
  }

  /** The words that geth prints for this reason. */
  public String text() {
    return text;
  }

  /** The reason with this code, or {@link #UNKNOWN}. */
  public static DisconnectReason ofCode(int code) {
    for (DisconnectReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return UNKNOWN;
  }
}
