package io.lesnode.vip;

/** An order of the operator that cannot be carried out. */
public final class VipAdminException extends RuntimeException {
  /** The text says why, and what to do. */
  public VipAdminException(String text) {
    super(text);
  }

  /** The text says why, and what to do. */
  public VipAdminException(String text, Throwable cause) {
    super(text, cause);
  }
}
