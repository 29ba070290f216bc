package io.lesnode.les.server;

/** The single thread that owns the peers of a server, with its clock. */
public interface NodeLoop {

  /** Runs a task on the loop, in the order of the calls of one thread. From any thread. */
  void execute(Runnable task);

  /** Runs a task on the loop after a delay. From the loop only. */
  Timer schedule(long delayNanos, Runnable task);

  /** A monotonic clock in nanoseconds. */
  long nowNanos();

  /** A task that waits for its time. */
  @FunctionalInterface
  interface Timer {
    /** Forgets the task; without effect when it ran already. */
    void cancel();
  }
}
