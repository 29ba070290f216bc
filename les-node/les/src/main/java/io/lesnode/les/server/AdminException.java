package io.lesnode.les.server;

/** An order of the operator that cannot be carried out; nothing of it was. */
public final class AdminException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient AdminFailure failure;

  AdminException(AdminFailure failure) {
    super(failure.text(), null, false, false);
    this.failure = failure;
  }

  /** Why. */
  public AdminFailure failure() {
    return failure;
  }
}
