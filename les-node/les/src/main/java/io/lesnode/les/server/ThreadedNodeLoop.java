package io.lesnode.les.server;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node loop on a thread of its own. Tasks that come after {@link #close} are dropped. */
final class ThreadedNodeLoop implements NodeLoop, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ThreadedNodeLoop.class);
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor executor;
  private final long originNanos = System.nanoTime();

  ThreadedNodeLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon(true).factory());
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.trace("The node loop is closed; a late event is dropped");
    }
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    try {
      Future<?> future = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      return () -> {};
    }
  }

  @Override
  public long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  /** The outermost frame of the owner thread: a bug in one event must not stop the loop. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("A bug in the LES server; the event is lost, the server goes on", e);
    }
  }

  @Override
  public void close() {
    ScheduledExecutorService closing = executor;
    closing.shutdown();
    try {
      if (!closing.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The LES node loop did not finish within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
