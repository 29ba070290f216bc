package io.lesnode.vip;

/**
 * The ledger loop: it owns the sales, the methods of payment and the books of a server, and runs
 * one task after another. After all that waited it calls its after-turn.
 */
interface VipLoop extends AutoCloseable {

  /** From now on tasks are run. */
  void start();

  /** Runs a task on the loop, in the order of the calls of one thread. From any thread. */
  void execute(Runnable task);

  /** Runs a task on the loop after a delay. From the loop, or before it is started. */
  void schedule(long delayNanos, Runnable task);

  /**
   * Runs what waits before it returns, if no thread does; called by whoever waits for an answer.
   */
  void catchUp();

  /** A monotonic clock. */
  long nowNanos();

  /** Does what waits and ends. Timers are dropped. */
  @Override
  void close();
}
