package io.lesnode.evm.state;

/**
 * Committed state that an execution needs is not available here: a light client has not fetched it
 * yet, or a full node has pruned it. The execution and its {@link JournaledState} are void; after
 * fetching what is missing, start again.
 */
public class MissingStateException extends RuntimeException {

  /** With a message that names the missing item. */
  public MissingStateException(String message) {
    super(message);
  }

  /** With a message that names the missing item, and why it could not be had. */
  public MissingStateException(String message, Throwable cause) {
    super(message, cause);
  }
}
