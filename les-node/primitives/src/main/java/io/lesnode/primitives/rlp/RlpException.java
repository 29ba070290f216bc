package io.lesnode.primitives.rlp;

/**
 * The bytes are not the canonical RLP of what was asked for. The message names the reason and the
 * offset.
 */
public final class RlpException extends RuntimeException {
  /** Creates the exception with a reason meant for a person. */
  public RlpException(String message) {
    super(message);
  }

  /** Creates the exception with a reason and the failure that revealed it. */
  public RlpException(String message, Throwable cause) {
    super(message, cause);
  }
}
