package io.lesnode.vipnode.wire;

/**
 * A peer's message broke vip/1; it carries no stack trace because peers cause it at will. It ends
 * vip with this peer, never LES.
 */
public final class VipWireException extends RuntimeException {

  /** How a message can break the protocol. */
  public enum Reason {
    /** The payload is over {@link VipCapability#MAX_MESSAGE_BYTES}. */
    MESSAGE_TOO_LARGE("message too large"),
    /** The code names no message of this version; a receiver may ignore one that is reserved. */
    UNKNOWN_CODE("unknown message code"),
    /** The payload is not the encoding of its message. */
    MALFORMED("malformed message");

    private final String text;

    Reason(String text) {
      this.text = text;
    }
  }

  private final Reason reason;

  /** A breach of a kind, with what was wrong in words. */
  public VipWireException(Reason reason, String detail) {
    super(reason.text + ": " + detail, null, false, false);
    this.reason = reason;
  }

  /** The kind of breach. */
  public Reason reason() {
    return reason;
  }
}
