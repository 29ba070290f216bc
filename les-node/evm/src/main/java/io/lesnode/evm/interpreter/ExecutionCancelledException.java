package io.lesnode.evm.interpreter;

/** An execution was stopped through its {@link Cancellation}; the state it ran on is void. */
public final class ExecutionCancelledException extends RuntimeException {

  ExecutionCancelledException() {
    super("execution aborted");
  }
}
