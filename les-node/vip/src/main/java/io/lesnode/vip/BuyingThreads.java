package io.lesnode.vip;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two threads of a buying client: the vip loop, which never blocks, and the payer thread, which
 * may wait for the chain, the signer and the disk. Thread-safe. After the end nothing is run, and
 * who asks is told so.
 */
final class BuyingThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BuyingThreads.class);
  private static final long END_SECONDS = 10;
  private static final long ANSWER_SECONDS = 60;

  private final ScheduledExecutorService loop =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon(true).name("vip-client").factory());
  private final ExecutorService payer =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("vip-payer").factory());

  /** Runs a task on the loop; where a bug ends. */
  void onLoop(Runnable task) {
    submit(loop, task);
  }

  /** Runs a task on the payer thread; where a bug ends. */
  void onPayer(Runnable task) {
    submit(payer, task);
  }

  private static void submit(ExecutorService executor, Runnable task) {
    try {
      executor.execute(() -> runSafely(task));
    } catch (RejectedExecutionException ended) {
      LOG.debug("The vip client is closed");
    }
  }

  /** Runs a task on the loop every second from now on. */
  void everySecond(Runnable task) {
    ScheduledFuture<?> unused =
        loop.scheduleAtFixedRate(() -> runSafely(task), 1, 1, TimeUnit.SECONDS);
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("A bug in the vip client; the deal that it concerns may hang", bug);
    }
  }

  /** What the loop answers. */
  <T> T fromLoop(Supplier<T> question) {
    return from(loop, question::get);
  }

  /** What the payer thread answers. */
  <T> T fromPayer(Callable<T> question) {
    return from(payer, question);
  }

  private static <T> T from(ExecutorService executor, Callable<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(
          () -> {
            try {
              answer.complete(question.call());
            } catch (Exception refused) {
              answer.completeExceptionally(refused);
            }
          });
    } catch (RejectedExecutionException ended) {
      throw new VipException("the vip client is closed", ended);
    }
    return waitFor(answer);
  }

  /** Waits for an answer, a minute at most. */
  static <T> T waitFor(CompletableFuture<T> answer) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (TimeoutException late) {
      throw new VipException(
          "there is no answer after " + ANSWER_SECONDS + " s; it may still be done", late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new VipException("the caller was interrupted", stopped);
    }
  }

  /** Does what waits, the loop's first, and ends. */
  @Override
  public void close() {
    end(loop);
    end(payer);
  }

  private static void end(ExecutorService executor) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
