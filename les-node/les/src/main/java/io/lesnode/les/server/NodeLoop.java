package io.lesnode.les.server;

import java.util.List;

/** The single thread that owns the peers of a server, with its clock. */
public interface NodeLoop {

  /** Runs a task on the loop, in the order of the calls of one thread. From any thread. */
  void execute(Runnable task);

  /** Runs tasks on the loop one after the other, as if each were given alone. From any thread. */
  default void executeAll(List<? extends Runnable> tasks) {
    tasks.forEach(this::execute);
  }

  /**
   * Runs a task when the events that came together have been handled, so that what they cause
   * leaves together; a loop that does not gather events runs it at once. From the loop only.
   */
  default void afterTurn(Runnable task) {
    task.run();
  }

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
