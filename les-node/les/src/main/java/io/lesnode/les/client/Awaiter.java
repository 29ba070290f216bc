package io.lesnode.les.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How a caller waits for the client loop. In production it blocks its thread; a test on virtual
 * time runs the loop instead.
 */
interface Awaiter {
  /** Blocks without a limit: every question ends by itself. */
  Awaiter BLOCKING = new Blocking(Long.MAX_VALUE);

  /**
   * Waits for the future and returns its value.
   *
   * @throws RetrievalException if the caller was interrupted or its time is up
   */
  <T> T await(CompletableFuture<T> future);

  /** Waits for something that takes no longer than the loop takes to get to it. */
  default <T> T awaitLoop(CompletableFuture<T> future) {
    return await(future);
  }

  /**
   * The same way of waiting, but only until a time of {@link System#nanoTime}; for the network, not
   * for what the loop knows.
   */
  default Awaiter until(long deadlineNanos) {
    return this;
  }

  /** Blocks a thread. */
  final class Blocking implements Awaiter {
    private final long deadlineNanos;

    /** Blocks up to a time, or without a limit if that is the largest of all numbers. */
    private Blocking(long deadlineNanos) {
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public Awaiter until(long newDeadlineNanos) {
      return new Blocking(newDeadlineNanos);
    }

    @Override
    public <T> T awaitLoop(CompletableFuture<T> future) {
      return future.join();
    }

    @Override
    public <T> T await(CompletableFuture<T> future) {
      try {
        return deadlineNanos == Long.MAX_VALUE
            ? future.get()
            : future.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new RetrievalException(new RetrievalFailure.GivenUp("an answer", "was interrupted"));
      } catch (TimeoutException late) {
        throw new RetrievalException(new RetrievalFailure.GivenUp("an answer", "has no more time"));
      } catch (ExecutionException bug) {
        throw new IllegalStateException("an answer failed; this is a bug", bug.getCause());
      }
    }
  }
}
