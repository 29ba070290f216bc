package io.lesnode.chain.consensus;

import java.io.Serial;

/**
 * A header, seal, body or execution result that breaks the rules of the chain. The message carries
 * geth's words where geth has them, because people search for those.
 *
 * <p>Unchecked: every layer between the rule and the importer (or the peer's fault handler) lets it
 * pass; exactly those two catch it.
 */
public final class InvalidBlockException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Why the block was refused, for those who act on it. */
  public enum Reason {
    /** It breaks a rule and always will. */
    INVALID,
    /** Its parent (or a needed ancestor) is not known here. */
    UNKNOWN_ANCESTOR,
    /** Its timestamp lies ahead of our clock: it may become valid. */
    FUTURE
  }

  private final Reason reason;

  /** A broken rule, in words. */
  public InvalidBlockException(String message) {
    this(Reason.INVALID, message);
  }

  /** A refusal with its reason. */
  public InvalidBlockException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  private InvalidBlockException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Returns the same refusal with the block named in front of the message. */
  public InvalidBlockException inBlock(long number, Object hash) {
    return new InvalidBlockException(
        reason, "block " + number + " (" + hash + "): " + getMessage(), this);
  }

  /** Returns why the block was refused. */
  public Reason reason() {
    return reason;
  }
}
