package io.lesnode.benchmarks.sim.engine;

import io.lesnode.les.server.NodeLoop;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: everything that will happen, in the order of its time and, at one moment, of its
 * scheduling. Not thread-safe.
 *
 * <p>A binary heap of parallel arrays, because a run is little more than this: an event costs one
 * object, the task, and a timer that may be cancelled one more.
 */
public final class VirtualLoop implements NodeLoop {

  private static final int INITIAL_CAPACITY = 1024;

  private long[] times = new long[INITIAL_CAPACITY];
  private long[] sequences = new long[INITIAL_CAPACITY];
  private @Nullable Runnable[] tasks = new @Nullable Runnable[INITIAL_CAPACITY];
  private int size;
  private final Deque<Runnable> ready = new ArrayDeque<>();
  private long sequence;
  private long nowNanos;
  private long events;

  /** A task that can be forgotten. */
  private static final class Cancellable implements Runnable, Timer {
    private @Nullable Runnable task;

    Cancellable(Runnable task) {
      this.task = task;
    }

    @Override
    public void cancel() {
      task = null;
    }

    @Override
    public void run() {
      Runnable due = task;
      task = null;
      if (due != null) {
        due.run();
      }
    }
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  /** How many tasks were run that waited for their time. */
  public long events() {
    return events;
  }

  @Override
  public void execute(Runnable task) {
    ready.addLast(task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    Cancellable cancellable = new Cancellable(task);
    at(nowNanos + Math.max(0, delayNanos), cancellable);
    return cancellable;
  }

  /** Runs a task at a time, which is not past; it cannot be cancelled. */
  public void at(long atNanos, Runnable task) {
    if (atNanos < nowNanos) {
      throw new IllegalStateException("At " + nowNanos + " ns, " + atNanos + " ns is over");
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      sequences = Arrays.copyOf(sequences, 2 * size);
      tasks = Arrays.copyOf(tasks, 2 * size);
    }
    long order = sequence++;
    int place = size++;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (times[parent] <= atNanos) {
        break; // an equal time has the lesser sequence
      }
      move(parent, place);
      place = parent;
    }
    put(place, atNanos, order, task);
  }

  /** Runs everything that is due up to a time, which becomes the present, or some of it. */
  boolean runTo(long endNanos, long maxEvents) {
    runReady();
    for (long left = maxEvents; size > 0 && times[0] <= endNanos; left--) {
      if (left == 0) {
        return false;
      }
      nowNanos = times[0];
      Runnable task = removeFirst();
      events++;
      task.run();
      if (!ready.isEmpty()) {
        runReady();
      }
    }
    nowNanos = endNanos;
    return true;
  }

  private void runReady() {
    for (Runnable task = ready.pollFirst(); task != null; task = ready.pollFirst()) {
      task.run();
    }
  }

  private Runnable removeFirst() {
    Runnable first = Objects.requireNonNull(tasks[0]);
    int last = --size;
    long time = times[last];
    long order = sequences[last];
    Runnable task = Objects.requireNonNull(tasks[last]);
    tasks[last] = null;
    int place = 0;
    for (int child = 1; child < last; child = 2 * place + 1) {
      if (child + 1 < last && isBefore(child + 1, times[child], sequences[child])) {
        child++;
      }
      if (!isBefore(child, time, order)) {
        break;
      }
      move(child, place);
      place = child;
    }
    if (last > 0) {
      put(place, time, order, task);
    }
    return first;
  }

  private boolean isBefore(int place, long time, long order) {
    return times[place] < time || (times[place] == time && sequences[place] < order);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    sequences[to] = sequences[from];
    tasks[to] = tasks[from];
  }

  private void put(int place, long time, long order, Runnable task) {
    times[place] = time;
    sequences[place] = order;
    tasks[place] = task;
  }
}
