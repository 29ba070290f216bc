package io.lesnode.les.server;

import java.util.Comparator;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of serving threads fed from one queue in the order of priority.
 *
 * <p>The queue is bounded by its users: every peer has a bounded number of requests under way. A
 * task whose client is gone or frozen is reported without being served. Whatever fails, each task
 * is reported exactly once and its thread goes on to the next (geth loses a thread to each request
 * without an answer).
 */
final class WorkerPool implements ServingPool, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
  private static final long CLOSE_SECONDS = 5;

  private record Job(ServingTask task, long sequence, Runnable work) implements Runnable {
    @Override
    public void run() {
      work.run();
    }
  }

  private static final Comparator<Runnable> BY_PRIORITY =
      (a, b) -> {
        if (!(a instanceof Job first && b instanceof Job second)) {
          throw new IllegalStateException("Only jobs are queued");
        }
        int byPriority = Long.signum(second.task().priority() - first.task().priority());
        return byPriority != 0 ? byPriority : Long.compare(first.sequence(), second.sequence());
      };

  private final RequestServer server;
  private final NodeLoop loop;
  private final ThreadPoolExecutor executor;
  private final AtomicLong sequence = new AtomicLong();

  WorkerPool(RequestServer server, NodeLoop loop, int threads) {
    this.server = server;
    this.loop = loop;
    this.executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new PriorityBlockingQueue<>(64, BY_PRIORITY),
            Thread.ofPlatform().name("les-worker-", 0).daemon(true).factory());
  }

  @Override
  public void submit(ServingTask task, Outcome outcome) {
    Job job = new Job(task, sequence.getAndIncrement(), () -> serve(task, outcome));
    if (executor.isShutdown()) {
      loop.execute(() -> outcome.onServed(Served.nothing(0), 0));
    } else {
      executor.execute(job);
    }
  }

  private void serve(ServingTask task, Outcome outcome) {
    long startNanos = System.nanoTime();
    Served served = task.isStopped() ? Served.nothing(0) : server.tryServe(task.request(), task);
    long servingNanos = System.nanoTime() - startNanos;
    loop.execute(() -> outcome.onServed(served, servingNanos));
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
