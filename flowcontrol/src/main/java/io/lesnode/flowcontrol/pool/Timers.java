package io.lesnode.flowcontrol.pool;

import java.util.ArrayList;
import java.util.List;

/** The pool's timers, ordered by due time; confined like the pool. */
final class Timers {

  /** One timer: it is armed for a time, fires once, and can then be armed again. */
  static final class Timer {
    private final Runnable action;
    private int index = -1;
    private long dueNanos;
    private boolean fired;

    Timer(Runnable action) {
      this.action = action;
    }

    boolean isArmed() {
      return index >= 0;
    }

    /** Whether it fired since it was last armed or cancelled. */
    boolean hasFired() {
      return fired;
    }

    long dueNanos() {
      return dueNanos;
    }
  }

  private final IndexedHeap<Timer> heap = new IndexedHeap<>((timer, index) -> timer.index = index);

  /** Arms a timer for a delay from now, instead of the time it was armed for. */
  void arm(Timer timer, long nowNanos, long delayNanos) {
    cancel(timer);
    long dueNanos = nowNanos + delayNanos;
    timer.dueNanos = delayNanos > 0 && dueNanos < nowNanos ? Long.MAX_VALUE : dueNanos;
    heap.push(timer, -timer.dueNanos);
  }

  void cancel(Timer timer) {
    timer.fired = false;
    if (timer.isArmed()) {
      heap.remove(timer.index);
    }
  }

  /** When the first timer is due; the largest number when there is none. */
  long nextNanos() {
    return heap.isEmpty() ? Long.MAX_VALUE : heap.top().dueNanos;
  }

  /**
   * Fires what is due, in order. What is armed meanwhile waits for the next call, even if it is
   * due: a timer that arms itself again cannot hold the loop.
   */
  void fireDue(long nowNanos, Runnable afterEach) {
    List<Timer> due = new ArrayList<>();
    while (!heap.isEmpty() && heap.top().dueNanos <= nowNanos) {
      Timer timer = heap.pop();
      timer.fired = true;
      due.add(timer);
    }
    for (Timer timer : due) {
      timer.action.run();
      afterEach.run();
    }
  }
}
