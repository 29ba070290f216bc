package io.lesnode.payment;

/** We cannot pay this way now. */
public final class PayerException extends Exception {
  /** The text says why, and what to do. */
  public PayerException(String text) {
    super(text);
  }

  /** The text says why, and what to do. */
  public PayerException(String text, Throwable cause) {
    super(text, cause);
  }
}
