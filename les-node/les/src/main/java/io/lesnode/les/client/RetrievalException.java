package io.lesnode.les.client;

/**
 * Thrown where a verified value is needed and there is none, such as inside an EVM call whose state
 * cannot be fetched. The message says what happened and what can be done.
 */
public final class RetrievalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised; failures are records of plain values
  private final RetrievalFailure failure;

  public RetrievalException(RetrievalFailure failure) {
    super(failure.message());
    this.failure = failure;
  }

  /** The reason in typed form. */
  public RetrievalFailure failure() {
    return failure;
  }
}
