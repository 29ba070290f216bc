package io.lesnode.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** Blocking fetches that need not wait for each other. Stateless. */
final class Fetches {
  private static final int MOST_AT_ONCE = 32;

  private Fetches() {}

  /**
   * Fetches for all items, up to 32 at the same time, each on a virtual thread, and waits for all.
   *
   * @return the answers in the order of the items
   * @throws RuntimeException the failure of the first item that failed
   */
  static <A, B> List<B> all(List<A> items, Function<A, B> fetch) {
    if (items.size() == 1) {
      return List.of(fetch.apply(items.getFirst()));
    }
    List<Future<B>> started = new ArrayList<>(items.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore places = new Semaphore(MOST_AT_ONCE);
      for (A item : items) {
        places.acquireUninterruptibly();
        started.add(
            threads.submit(
                () -> {
                  try {
                    return fetch.apply(item);
                  } finally {
                    places.release();
                  }
                }));
      }
    }
    List<B> answers = new ArrayList<>(items.size());
    started.forEach(answer -> answers.add(result(answer)));
    return answers;
  }

  private static <B> B result(Future<B> answer) {
    try {
      return answer.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new RpcException("the node is stopping");
    }
  }
}
