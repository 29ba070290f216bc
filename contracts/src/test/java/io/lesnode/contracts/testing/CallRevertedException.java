package io.lesnode.contracts.testing;

import org.apache.tuweni.bytes.Bytes;

/** A view that did not return. */
public final class CallRevertedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Bytes data;

  CallRevertedException(String failure, Bytes data) {
    super(failure + ": " + Sent.reason(data));
    this.data = data;
  }

  /** The data of the revert. */
  public Bytes data() {
    return data;
  }
}
