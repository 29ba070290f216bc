package io.lesnode.evm.interpreter;

/**
 * A way to stop an execution from another thread, such as when a call has taken too long. The
 * interpreter looks at it on every jump.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Stops the execution soon; it then throws {@link ExecutionCancelledException}. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }
}
