package io.lesnode.vip;

/** What was asked for cannot be had; the text says why and what to do. */
public final class VipException extends RuntimeException {
  /** The text is for a person. */
  public VipException(String text) {
    super(text);
  }

  /** The text is for a person. */
  public VipException(String text, Throwable cause) {
    super(text, cause);
  }
}
