package io.lesnode.les.client;

import java.util.concurrent.Executor;

/**
 * The single owner of the light client's protocol state: tasks run one after another, each to its
 * end, and time is what the loop says. Production runs it on a thread ({@link ThreadClientLoop});
 * tests run it on virtual time.
 */
interface ClientLoop extends Executor, AutoCloseable {

  /** A task that was scheduled and may be withdrawn before it runs. */
  interface Timer {
    /** Withdraws the task; without effect once it ran. */
    void cancel();
  }

  /** Monotonic time in nanoseconds, comparable by difference only. */
  long nowNanos();

  /** Enqueues {@code task}; any thread may call this. Tasks after {@link #close} are discarded. */
  @Override
  default void execute(Runnable task) {
    offer(task);
  }

  /** As {@link #execute}; false if the task was discarded, because the loop is closed. */
  boolean offer(Runnable task);

  /** Runs {@code task} on the loop after {@code delayNanos}; to be called on the loop only. */
  Timer schedule(long delayNanos, Runnable task);

  /** True on the thread that runs the loop's tasks; confined classes assert it. */
  boolean isOwner();

  /** Stops taking tasks; returns when those taken before have run. */
  @Override
  void close();
}
