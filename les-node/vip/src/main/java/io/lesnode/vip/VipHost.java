package io.lesnode.vip;

/**
 * Time and order for a vip server that has no thread of its own, as in a simulation. Everything
 * happens on one thread; whoever drives the host calls what is due.
 */
public interface VipHost {

  /** A monotonic clock. */
  long nowNanos();

  /**
   * Runs a task after a delay, and never before this returns. Tasks that are due at the same time
   * run in the order in which they were scheduled.
   */
  void schedule(long delayNanos, Runnable task);
}
