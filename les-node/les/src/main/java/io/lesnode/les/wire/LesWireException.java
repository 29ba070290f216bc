package io.lesnode.les.wire;

/**
 * A peer's message broke the protocol; it carries no stack trace because peers cause it at will.
 */
public final class LesWireException extends RuntimeException {

  private final LesError error;

  /** A breach of a kind, with what was wrong in words. */
  public LesWireException(LesError error, String detail) {
    super(error.text() + ": " + detail, null, false, false);
    this.error = error;
  }

  /** The kind of breach. */
  public LesError error() {
    return error;
  }
}
