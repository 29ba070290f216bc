package io.lesnode.evm.precompile;

/** A precompile refused its input. Has no stack trace: bad input is an everyday outcome. */
public final class PrecompileException extends Exception {

  private final String reason;

  /** With the reason in geth's words. */
  public PrecompileException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** Why. */
  public String reason() {
    return reason;
  }
}
