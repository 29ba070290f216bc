package io.lesnode.les.wire;

/**
 * Why a LES peer was refused. The codes exist only inside a node: on the wire every one of them is
 * disconnect reason 0x10 (geth v1.10.26, les/protocol.go).
 */
public enum LesError {
  /** The payload is over {@link LesLimits#MAX_MESSAGE_BYTES}. */
  MESSAGE_TOO_LARGE("Message too long"),
  /** The payload is not the canonical encoding of its message. */
  DECODE("Invalid message"),
  /** The code names no message, or none that this side may send in this phase. */
  INVALID_MESSAGE_CODE("Invalid message code"),
  /** Status names another protocol version than the negotiated one. */
  PROTOCOL_VERSION_MISMATCH("Protocol version mismatch"),
  /** Status names another network. */
  NETWORK_ID_MISMATCH("NetworkId mismatch"),
  /** Status names another genesis block. */
  GENESIS_MISMATCH("Genesis block mismatch"),
  /** The first message was not Status. */
  NO_STATUS("No status message"),
  /** The peer offers nothing that we need. */
  USELESS_PEER("Useless peer"),
  /** A key/value list is over its size or rate limit. */
  REQUEST_REJECTED("Request rejected"),
  /** A reply or announcement that nobody asked for. */
  UNEXPECTED_RESPONSE("Unexpected response"),
  /** A reply that does not answer its request. */
  INVALID_RESPONSE("Invalid response"),
  /** A key that the handshake needs is missing. */
  MISSING_KEY("Key missing from list"),
  /** The fork filter refused the peer's forkID. */
  FORK_ID_REJECTED("ForkID rejected");

  private final String text;

  LesError(String text) {
    this.text = text;
  }

  /** The words geth logs for this error. */
  public String text() {
    return text;
  }
}
