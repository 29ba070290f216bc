package io.lesnode.payment;

/** Nothing was signed. */
public final class SignerException extends Exception {
  /** The text says why, and what to do. */
  public SignerException(String text) {
    super(text);
  }

  /** The text says why, and what to do. */
  public SignerException(String text, Throwable cause) {
    super(text, cause);
  }
}
