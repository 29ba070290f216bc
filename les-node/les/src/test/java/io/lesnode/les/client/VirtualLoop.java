package io.lesnode.les.client;

import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A client loop whose time passes only when a test runs it. Confined to the test's thread. */
final class VirtualLoop implements ClientLoop, Awaiter {
  private static final long MAX_STEPS = 20_000_000;

  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private long nowNanos = 1;
  private long sequence;

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public boolean offer(Runnable task) {
    schedule(0, task);
    return true;
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    Entry entry = new Entry(nowNanos + Math.max(0, delayNanos), sequence++, task);
    entries.add(entry);
    return entry;
  }

  @Override
  public boolean isOwner() {
    return true;
  }

  @Override
  public void close() {
    entries.clear();
  }

  /** Runs until the condition holds; fails if it still does not after that much virtual time. */
  void runUntil(BooleanSupplier condition, long limitNanos) {
    long end = nowNanos + limitNanos;
    for (long step = 0; !condition.getAsBoolean(); step++) {
      Entry next = entries.peek();
      if (next == null || next.dueNanos > end || step > MAX_STEPS) {
        throw new AssertionError(
            "the condition did not come true within " + limitNanos / 1_000_000 + " ms");
      }
      runNext();
    }
  }

  /** Runs everything that is due within the given time. */
  void runFor(long nanos) {
    long end = nowNanos + nanos;
    while (!entries.isEmpty() && entries.peek().dueNanos <= end) {
      runNext();
    }
    nowNanos = end;
  }

  /** Time passes without anything being run: the process stood still. */
  void standStill(long nanos) {
    nowNanos += nanos;
  }

  private void runNext() {
    Entry entry = entries.remove();
    nowNanos = Math.max(nowNanos, entry.dueNanos);
    if (!entry.cancelled) {
      entry.task.run();
    }
  }

  @Override
  public <T> T await(CompletableFuture<T> future) {
    runUntil(future::isDone, 600_000_000_000L);
    return future.join();
  }

  private static final class Entry implements Timer, Comparable<Entry> {
    private final long dueNanos;
    private final long sequence;
    private final Runnable task;
    private boolean cancelled;

    private Entry(long dueNanos, long sequence, Runnable task) {
      this.dueNanos = dueNanos;
      this.sequence = sequence;
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(dueNanos, other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
