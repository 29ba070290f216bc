package io.lesnode.flowcontrol.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides which admitted requests are served now, which wait, and which clients are frozen when too
 * much waits; confined to the node loop, time is an argument.
 *
 * <p><b>Order.</b> A given number of thread tokens exists. A free token goes to the waiting task of
 * the highest priority (the older of two equals); priorities are compared with wrap-around. A
 * running task gives its token back between two of its items when a better one waits; so that a
 * task is not swapped for a marginally better one, it then gets ten milliseconds of priority on
 * top, once. The number of tasks that are held up half-way is bounded, because each keeps a thread
 * and a snapshot.
 *
 * <p><b>Load.</b> {@code queuedNanos} sums the serving time reserved for waiting tasks, {@code
 * recentNanos} that of tasks started lately: what a task did not need is taken off when it ends,
 * and time takes off the share of a thread that the server wants to spend. When both together
 * exceed the burst limit (1.2 times six seconds of that share), all waiting tasks of the clients
 * with the emptiest buckets are cancelled, client by client, until the drop limit (six seconds) is
 * met. So the sum never exceeds the burst limit.
 *
 * <p><b>Tokens.</b> Every task that {@link #next} returned holds a token until {@link #finish} or
 * {@link #pause}. Differs from geth, which never gets back the token of a request that was stopped
 * or that it has no answer to (ServingQueueLawsTest.noTokenIsEverLost).
 *
 * <p>Reference: geth v1.10.26, les/servingqueue.go.
 *
 * @param <T> the tasks
 */
public final class ServingQueue<T extends QueuedTask> {

  /** How much better a waiting task must be before a running one gives way for the first time. */
  public static final long SUSPEND_BIAS_NANOS = 10_000_000;

  /** Most tasks that may be held up half-way at once. */
  public static final int MAX_PAUSED = 64;

  /** Six seconds, the time in which a bucket refills, of one percent of a thread. */
  private static final long DROP_NANOS_PER_PERCENT = 60_000_000;

  private static final long BURST_NANOS_PER_PERCENT = 72_000_000;
  private static final int PERCENT = 100;

  /** A load as others may see it; times are nanoseconds of serving. */
  public record Load(
      int waiting, int paused, int running, int threads, long queuedNanos, long recentNanos) {}

  private final int servePercent;
  private final TreeSet<T> waiting =
      new TreeSet<>(
          (a, b) -> {
            int byPriority = Long.signum(b.priority() - a.priority());
            return byPriority != 0 ? byPriority : Long.compare(a.sequence, b.sequence);
          });
  private final List<T> running = new ArrayList<>();
  private int threads;
  private int paused;
  private int pausesAsked;
  private long sequence;
  private long queuedNanos;
  private long recentNanos;
  private long updatedNanos;
  private long decayRemainder;

  /**
   * An empty queue.
   *
   * @param servePercent how much of one thread serves clients, in percent; may exceed 100
   * @param threads how many tasks may run at once
   */
  public ServingQueue(int servePercent, int threads, long nowNanos) {
    if (servePercent < 1) {
      throw new IllegalArgumentException("serving needs at least 1 percent, not " + servePercent);
    }
    this.servePercent = servePercent;
    this.updatedNanos = nowNanos;
    setThreads(threads);
  }

  /** Changes the number of thread tokens; surplus tokens are called in by {@link #toPause}. */
  public void setThreads(int next) {
    if (next < 1) {
      throw new IllegalArgumentException("serving needs at least one thread, not " + next);
    }
    threads = next;
  }

  /**
   * Takes in a new task.
   *
   * @return the waiting tasks that are cancelled because of overload, usually none, possibly this
   *     one too: all that their clients have waiting. The clients are to be frozen. Tasks among
   *     them that {@linkplain QueuedTask#wasStarted were started} are held up half-way and are to
   *     be ended.
   */
  public List<T> add(T task, long nowNanos) {
    if (task.state() != QueuedTask.State.NEW) {
      throw new IllegalStateException("A task is added once; this one is " + task.state());
    }
    task.sequence = sequence++;
    update(nowNanos);
    return enqueue(task, nowNanos);
  }

  /** Gives a free token to the best waiting task, or returns null: no token or no task. */
  public @Nullable T next(long nowNanos) {
    if (running.size() >= threads || waiting.isEmpty()) {
      return null;
    }
    T task = waiting.first();
    leaveQueue(task);
    update(nowNanos);
    recentNanos += task.expectedNanos();
    task.started = true;
    task.become(QueuedTask.State.RUNNING);
    running.add(task);
    return task;
  }

  /**
   * A running task that must give its token back at its next item, or null. Each is named once
   * until it comes to {@link #pause} or {@link #finish}.
   */
  public @Nullable T toPause() {
    if (paused + pausesAsked >= MAX_PAUSED) {
      return null;
    }
    int holding = running.size() - pausesAsked;
    boolean tooMany = holding > threads;
    boolean anyWaits = waiting.size() > pausesAsked;
    if (!tooMany && (holding < threads || !anyWaits)) {
      return null;
    }
    T worst = null;
    for (T task : running) {
      if (!task.pauseAsked && (worst == null || biased(task) - biased(worst) < 0)) {
        worst = task;
      }
    }
    if (worst == null || !(tooMany || waiting.first().priority() - biased(worst) > 0)) {
      return null;
    }
    worst.pauseAsked = true;
    pausesAsked++;
    return worst;
  }

  private static long biased(QueuedTask task) {
    return task.biased ? task.priority() : task.priority() + SUSPEND_BIAS_NANOS;
  }

  /**
   * A running task stands still between two items: its token is free, and it waits with the others.
   *
   * @param ranNanos how long its thread worked since it last got a token
   * @return as {@link #add}
   */
  public List<T> pause(T task, long ranNanos, long nowNanos) {
    release(task, ranNanos, nowNanos);
    if (!task.biased) {
      task.biased = true;
      task.raisePriority(SUSPEND_BIAS_NANOS);
    }
    paused++;
    return enqueue(task, nowNanos);
  }

  /**
   * A running task is over, whatever came of it.
   *
   * @param ranNanos how long its thread worked since it last got a token
   */
  public void finish(T task, long ranNanos, long nowNanos) {
    release(task, ranNanos, nowNanos);
    task.become(QueuedTask.State.ENDED);
  }

  /** Takes a waiting task out; false if it does not wait. */
  public boolean cancel(T task, long nowNanos) {
    if (task.state() != QueuedTask.State.WAITING) {
      return false;
    }
    leaveQueue(task);
    update(nowNanos);
    task.become(QueuedTask.State.ENDED);
    return true;
  }

  /** The load at a time. */
  public Load load(long nowNanos) {
    update(nowNanos);
    return new Load(
        waiting.size() - paused, paused, running.size(), threads, queuedNanos, recentNanos);
  }

  /** How much may be queued and recently started before clients are frozen. */
  public long burstLimitNanos() {
    return servePercent * BURST_NANOS_PER_PERCENT;
  }

  /** How much stays when clients are frozen. */
  public long burstDropLimitNanos() {
    return servePercent * DROP_NANOS_PER_PERCENT;
  }

  private List<T> enqueue(T task, long nowNanos) {
    task.become(QueuedTask.State.WAITING);
    waiting.add(task);
    queuedNanos += task.expectedNanos();
    return recentNanos + queuedNanos > burstLimitNanos() ? relieve(nowNanos) : List.of();
  }

  private void leaveQueue(T task) {
    if (!waiting.remove(task)) {
      throw new IllegalStateException("A waiting task is not in the queue");
    }
    queuedNanos -= task.expectedNanos();
    if (task.started) {
      paused--;
    }
  }

  private void release(T task, long ranNanos, long nowNanos) {
    if (task.state() != QueuedTask.State.RUNNING || !running.remove(task)) {
      throw new IllegalStateException("A task gives back a token while it is " + task.state());
    }
    if (task.pauseAsked) {
      task.pauseAsked = false;
      pausesAsked--;
    }
    long unneededNanos = task.consume(ranNanos);
    update(nowNanos);
    recentNanos = Math.max(0, recentNanos - unneededNanos);
  }

  private void update(long nowNanos) {
    long elapsed = nowNanos - updatedNanos;
    if (elapsed <= 0) {
      return;
    }
    updatedNanos = nowNanos;
    if (elapsed > Long.MAX_VALUE / PERCENT / servePercent) {
      recentNanos = 0;
      return;
    }
    long scaled = elapsed * servePercent + decayRemainder;
    decayRemainder = scaled % PERCENT;
    recentNanos = Math.max(0, recentNanos - scaled / PERCENT);
  }

  /**
   * Cancels what the clients with the emptiest buckets have waiting, until the load is bearable.
   */
  private List<T> relieve(long nowNanos) {
    Map<QueueClient, List<T>> byClient = new LinkedHashMap<>();
    waiting.forEach(
        task -> byClient.computeIfAbsent(task.client(), c -> new ArrayList<>()).add(task));
    List<Waiting<T>> weakestFirst = new ArrayList<>();
    byClient.forEach(
        (client, tasks) -> weakestFirst.add(new Waiting<>(client.bufferStatus(nowNanos), tasks)));
    weakestFirst.sort(Comparator.comparing(Waiting::status, ServingQueue::compareFill));
    List<T> cancelled = new ArrayList<>();
    for (Waiting<T> client : weakestFirst) {
      for (T task : client.tasks()) {
        leaveQueue(task);
        task.become(QueuedTask.State.ENDED);
        cancelled.add(task);
      }
      if (recentNanos + queuedNanos <= burstDropLimitNanos()) {
        break;
      }
    }
    return cancelled;
  }

  private record Waiting<T>(ClientCredit.BufferStatus status, List<T> tasks) {}

  /** Compares bufferValue / bufferLimit without loss. */
  private static int compareFill(ClientCredit.BufferStatus a, ClientCredit.BufferStatus b) {
    long limitA = Math.max(1, a.bufferLimit());
    long limitB = Math.max(1, b.bufferLimit());
    int high =
        Long.compare(
            Math.multiplyHigh(a.bufferValue(), limitB), Math.multiplyHigh(b.bufferValue(), limitA));
    return high != 0
        ? high
        : Long.compareUnsigned(a.bufferValue() * limitB, b.bufferValue() * limitA);
  }
}
