package io.lesnode.primitives;

/** The signature of a transaction is out of range or recovers to no key. */
public final class InvalidSignatureException extends RuntimeException {
  /** Creates the exception with its reason. */
  public InvalidSignatureException(String message) {
    super(message);
  }
}
