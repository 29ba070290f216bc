package io.lesnode.payment;

/** The chain cannot be read now: not synchronised, no server answers, or the state is too old. */
public final class ChainUnavailableException extends Exception {
  /** The text says what is missing and what to do. */
  public ChainUnavailableException(String text) {
    super(text);
  }

  /** The text says what is missing and what to do. */
  public ChainUnavailableException(String text, Throwable cause) {
    super(text, cause);
  }
}
