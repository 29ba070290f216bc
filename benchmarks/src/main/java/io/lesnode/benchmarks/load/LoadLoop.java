package io.lesnode.benchmarks.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single thread that owns all load clients. Tasks that come after the end are dropped. */
final class LoadLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadLoop.class);
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("load-loop").factory());

  LoadLoop() {
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  long nowNanos() {
    return System.nanoTime();
  }

  void execute(Runnable task) {
    try {
      executor.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.trace("the load loop is closed");
    }
  }

  void schedule(long delayNanos, Runnable task) {
    try {
      Future<?> unused = executor.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.trace("the load loop is closed");
    }
  }

  /** Runs on the loop and waits for the outcome; not from the loop. */
  <T> T call(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, executor).join();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("A bug in the load generator", e);
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The load loop did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
