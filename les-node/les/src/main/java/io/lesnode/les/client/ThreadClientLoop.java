package io.lesnode.les.client;

import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client loop on one thread: an inbox of tasks and a heap of timers that only this thread
 * touches. A task that throws is a bug; it is logged and the loop goes on, so that one bad task
 * cannot silence the node.
 *
 * <p>The inbox itself is unbounded because its producers are bounded: a connection is not read
 * while much of it waits here, and a blocked caller has one task of its own in the inbox.
 */
final class ThreadClientLoop implements ClientLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadClientLoop.class);
  private static final long IDLE_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
  private final PriorityQueue<Entry> timers = new PriorityQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private long timerSequence;

  private ThreadClientLoop(String name) {
    thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
  }

  /** Starts a loop on a new daemon thread of the given name. */
  static ThreadClientLoop start(String name) {
    ThreadClientLoop loop = new ThreadClientLoop(name);
    loop.thread.start();
    return loop;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public boolean offer(Runnable task) {
    synchronized (inbox) {
      return !closed && inbox.add(task);
    }
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    assert isOwner() : "timers belong to the loop";
    Entry entry = new Entry(nowNanos() + Math.max(0, delayNanos), timerSequence++, task);
    timers.add(entry);
    return entry;
  }

  @Override
  public boolean isOwner() {
    return Thread.currentThread() == thread;
  }

  @Override
  public void close() {
    synchronized (inbox) {
      closed = true;
      inbox.add(() -> {});
    }
    if (!isOwner()) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    while (!closed) {
      Runnable task = next();
      if (task != null) {
        runGuarded(task);
      }
    }
    for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
      runGuarded(task);
    }
  }

  private @Nullable Runnable next() {
    Entry first = timers.peek();
    long waitNanos = first == null ? IDLE_WAIT_NANOS : first.dueNanos - nowNanos();
    if (first != null && (waitNanos <= 0 || first.cancelled)) {
      timers.poll();
      return first.cancelled ? null : first.task;
    }
    try {
      return inbox.poll(waitNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return null; // nobody but the virtual machine interrupts this thread
    }
  }

  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("A task of the client loop failed; this is a bug of the client", e);
    }
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
      int byTime = Long.signum(dueNanos - other.dueNanos);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }
  }
}
