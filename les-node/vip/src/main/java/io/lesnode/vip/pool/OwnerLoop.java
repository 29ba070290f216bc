package io.lesnode.vip.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns the state of a pool or of a member. Tasks that wait are run together, in
 * their order; then what they wrote is made durable at once ({@code commit}), and only then what
 * may leave after that is run ({@link #afterCommit}). A tick comes once a second.
 */
final class OwnerLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerLoop.class);
  private static final int MOST_WAITING = 65_536;
  private static final int MOST_TOGETHER = 256;

  /** How often time is looked at, unless a test has a faster clock. */
  static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Deque<Runnable> afterCommit = new ArrayDeque<>();
  private final Runnable commit;
  private final Runnable tick;
  private final long tickNanos;
  private final Thread thread;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;
  private volatile boolean failed;

  OwnerLoop(String name, Runnable commit, Runnable tick, long tickNanos) {
    this.tickNanos = tickNanos;
    this.commit = commit;
    this.tick = tick;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Any thread. False if the loop has ended or is flooded: the task is not run. */
  boolean execute(Runnable task) {
    return !stopping && !failed && waiting.offer(task);
  }

  /** On the loop: run when what was written before is durable. */
  void afterCommit(Runnable task) {
    afterCommit.add(task);
  }

  boolean failed() {
    return failed;
  }

  private void run() {
    List<Runnable> together = new ArrayList<>();
    long nextTick = System.nanoTime() + tickNanos;
    try {
      while (!stopping || !waiting.isEmpty()) {
        long wait = nextTick - System.nanoTime();
        Runnable first = wait <= 0 ? null : waiting.poll(wait, TimeUnit.NANOSECONDS);
        if (first != null) {
          together.add(first);
          waiting.drainTo(together, MOST_TOGETHER);
          together.forEach(Runnable::run);
          together.clear();
        }
        if (nextTick - System.nanoTime() <= 0) {
          tick.run();
          nextTick = System.nanoTime() + tickNanos;
        }
        settle();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed = true;
      LOG.error(
          "{} has stopped: {}. What was acknowledged is safe; start the program again.",
          thread.getName(),
          e.getMessage(),
          e);
    } finally {
      ended.countDown();
    }
  }

  private void settle() {
    commit.run();
    while (!afterCommit.isEmpty()) {
      List<Runnable> now = List.copyOf(afterCommit);
      afterCommit.clear();
      now.forEach(Runnable::run);
      commit.run(); // what these wrote, before what they want to tell
    }
  }

  /** Runs what waits, then ends. Any thread but the loop's. */
  @Override
  public void close() {
    if (!stopping) {
      execute(() -> {});
      stopping = true;
    }
    try {
      if (!ended.await(10, TimeUnit.SECONDS)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
