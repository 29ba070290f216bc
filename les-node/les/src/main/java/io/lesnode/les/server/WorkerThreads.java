package io.lesnode.les.server;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Platform threads, made when needed: as many as there are tokens, and one more for each task that
 * is held up half-way. The queue bounds both.
 */
final class WorkerThreads implements ServingThreads {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerThreads.class);
  private static final long CLOSE_SECONDS = 5;
  private static final long IDLE_SECONDS = 60;

  private final RequestServer server;
  private final NodeLoop loop;
  private final ThreadPoolExecutor executor;

  WorkerThreads(RequestServer server, NodeLoop loop) {
    this.server = server;
    this.loop = loop;
    this.executor =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("les-worker-", 0).daemon(true).factory());
  }

  @Override
  public void start(ServingTask task, Listener listener) {
    try {
      executor.execute(() -> serve(task, listener));
    } catch (RejectedExecutionException e) {
      loop.execute(() -> listener.onFinished(task, Served.nothing(0), 0));
    }
  }

  private void serve(ServingTask task, Listener listener) {
    task.begin(System::nanoTime, ranNanos -> loop.execute(() -> listener.onPaused(task, ranNanos)));
    Served served = task.isStopped() ? Served.nothing(0) : server.tryServe(task.request(), task);
    long ranNanos = task.end();
    loop.execute(() -> listener.onFinished(task, served, ranNanos));
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The LES workers did not finish within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
