package io.lesnode.les.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * The total capacity that clients may be given, as it is told and as it is applied; confined to the
 * node loop.
 *
 * <p>More capacity is applied at once. Less is told at once and applied a second later, so that an
 * operator who sells capacity can take some back in good order before clients are dropped.
 *
 * <p>Differs from geth, which applies a decrease at once and tells nobody
 * (TotalCapacityTest.aDecreaseIsToldAtOnceAndAppliedASecondLater). Reference: pull request 18230,
 * les/clientpool.go, dropCapacityDelay.
 */
final class TotalCapacity {

  private static final long DECREASE_DELAY_NANOS = 1_000_000_000;

  private final NodeLoop loop;
  private final LongConsumer apply;
  private final LongSupplier priorityConnected;
  private final Set<LesAdmin.CapacityListener> listeners = new LinkedHashSet<>();
  private long told;
  private long applied;
  private final Deque<NodeLoop.Timer> decreases = new ArrayDeque<>();

  /**
   * Starts with nothing.
   *
   * @param apply sets the limit of the client pool
   * @param priorityConnected the capacity of connected priority clients, for the listeners
   */
  TotalCapacity(NodeLoop loop, LongConsumer apply, LongSupplier priorityConnected) {
    this.loop = loop;
    this.apply = apply;
    this.priorityConnected = priorityConnected;
  }

  /** As it was last told. */
  long told() {
    return told;
  }

  /** As it is in force. */
  long applied() {
    return applied;
  }

  /** There is another total capacity. */
  void set(long capacity) {
    told = capacity;
    if (capacity >= applied) {
      decreases.forEach(NodeLoop.Timer::cancel);
      decreases.clear();
      apply(capacity);
    } else {
      decreases.addLast(
          loop.schedule(
              DECREASE_DELAY_NANOS,
              () -> {
                decreases.removeFirst();
                apply(Math.max(capacity, told)); // it may have risen a little since
              }));
    }
    long priority = priorityConnected.getAsLong();
    listeners.forEach(listener -> listener.onTotalCapacity(capacity, priority));
  }

  private void apply(long capacity) {
    if (capacity != applied) {
      applied = capacity;
      apply.accept(capacity);
    }
  }

  /** Tells the present capacity now and every other from now on. */
  void add(LesAdmin.CapacityListener listener) {
    listeners.add(listener);
    listener.onTotalCapacity(told, priorityConnected.getAsLong());
  }

  void remove(LesAdmin.CapacityListener listener) {
    listeners.remove(listener);
  }
}
