package io.lesnode.vip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ledger loop on a thread of its own.
 *
 * <p>It takes all that waits at once and then calls its after-turn, which commits the books with
 * one synced write: the more is waiting, the fewer writes each payment costs (group commit). What
 * waits is bounded by what peers may send, see {@link io.lesnode.vipnode.server.MessageBudget}, so
 * the queue needs no bound of its own.
 */
final class ThreadedVipLoop implements VipLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadedVipLoop.class);
  private static final long CLOSE_MILLIS = 10_000;
  private static final int MAX_TURN = 10_000;

  private record Scheduled(long atNanos, long sequence, Runnable task) {}

  private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final PriorityQueue<Scheduled> later =
      new PriorityQueue<>(
          Comparator.<Scheduled>comparingLong(timer -> timer.atNanos)
              .thenComparingLong(timer -> timer.sequence));
  private final Thread thread;
  private final Runnable afterTurn;
  private long sequence;
  private volatile boolean closing;

  /**
   * A loop that is not started.
   *
   * @param afterTurn runs on the loop after everything that waited
   */
  ThreadedVipLoop(String name, Runnable afterTurn) {
    this.afterTurn = afterTurn;
    this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public void execute(Runnable task) {
    queue.add(task);
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    later.add(new Scheduled(nowNanos() + delayNanos, sequence++, task));
  }

  @Override
  public void catchUp() {}

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  private void run() {
    List<Runnable> turn = new ArrayList<>();
    while (true) {
      Runnable first = poll();
      if (first != null) {
        turn.add(first);
        queue.drainTo(turn, MAX_TURN);
      }
      addDue(turn);
      boolean isLast = closing && turn.isEmpty() && queue.isEmpty();
      turn.forEach(ThreadedVipLoop::runSafely);
      turn.clear();
      runSafely(afterTurn);
      if (isLast) {
        return;
      }
    }
  }

  private @Nullable Runnable poll() {
    try {
      long waitNanos =
          later.isEmpty()
              ? TimeUnit.SECONDS.toNanos(1)
              : Math.max(0, later.element().atNanos - nowNanos());
      return queue.poll(closing ? 0 : waitNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      closing = true; // nobody interrupts us but a virtual machine that ends
      return null;
    }
  }

  private void addDue(List<Runnable> turn) {
    while (!closing && !later.isEmpty() && later.element().atNanos - nowNanos() <= 0) {
      turn.add(later.remove().task);
    }
  }

  /** The owner loop is where a bug ends: it is told once, and the other peers go on. */
  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("A bug in the vip server; the sale that it concerns may hang", bug);
    }
  }

  /** Does what waits and ends. Timers are dropped. */
  @Override
  public void close() {
    closing = true;
    queue.add(() -> {});
    try {
      thread.join(CLOSE_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("The vip server did not end within {} s", CLOSE_MILLIS / 1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
