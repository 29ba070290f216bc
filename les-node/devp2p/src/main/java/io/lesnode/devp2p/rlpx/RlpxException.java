package io.lesnode.devp2p.rlpx;

/**
 * The remote side broke the RLPx transport: a packet or frame that cannot be authenticated or
 * decoded. A peer fault, never a bug of ours; the connection has to end.
 */
public final class RlpxException extends RuntimeException {
  /** Creates the exception with what was wrong with the bytes. */
  public RlpxException(String message) {
    super(message, null, false, false);
  }

  /** Creates the exception with what was wrong and the failure that revealed it. */
  public RlpxException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
