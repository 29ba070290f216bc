package io.lesnode.les.server;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/** A node loop that runs when told to, on a clock that stands still in between. */
final class ManualLoop implements NodeLoop {

  private record Scheduled(long atNanos, long sequence, Runnable task) {}

  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final PriorityQueue<Scheduled> later =
      new PriorityQueue<>(
          Comparator.comparingLong(Scheduled::atNanos).thenComparingLong(Scheduled::sequence));
  private long nowNanos;
  private long sequence;

  @Override
  public void execute(Runnable task) {
    ready.add(task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    Scheduled scheduled = new Scheduled(nowNanos + delayNanos, sequence++, task);
    later.add(scheduled);
    return () -> later.remove(scheduled);
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  /** Runs what is ready now. */
  void run() {
    for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
      task.run();
    }
  }

  /** Moves the clock to a time (never back) and runs everything that is due on the way. */
  void advanceTo(long toNanos) {
    run();
    while (!later.isEmpty() && later.peek().atNanos() <= toNanos) {
      Scheduled due = later.remove();
      nowNanos = Math.max(nowNanos, due.atNanos());
      due.task().run();
      run();
    }
    nowNanos = Math.max(nowNanos, toNanos);
  }

  /** Moves the clock by a time. */
  void advance(long nanos) {
    advanceTo(nowNanos + nanos);
  }

  /** How many tasks wait for their time. */
  int timerCount() {
    return later.size();
  }
}
