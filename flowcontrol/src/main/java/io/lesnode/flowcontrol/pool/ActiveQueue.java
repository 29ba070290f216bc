package io.lesnode.flowcontrol.pool;

import io.lesnode.flowcontrol.pool.PoolClient.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The active clients, the one with the lowest priority first; confined like the pool.
 *
 * <p>Priorities fall all the time, so no queue could be in order. This one is ordered by a lower
 * estimate of each priority, inverted, that holds for the next 10 to 20 seconds; only clients near
 * the top are evaluated exactly. Estimates are renewed in two halves: pushed clients go to the
 * newer heap, and every 10 seconds the older is emptied into it and the two change places.
 *
 * <p>Where shares are kept each kind of client has heaps of its own, because those that need not
 * give way must not be visited; without shares all are in one pair.
 *
 * <p>Reference: geth v1.10.26, common/prque/lazyqueue.go.
 */
final class ActiveQueue {

  /** Takes clients out of the queue, with their priority. */
  interface Taker {
    /** Returns whether to go on with the next client. */
    boolean take(PoolClient client, long priority);
  }

  private static final long REFRESH_NANOS = 10_000_000_000L;

  private final Priorities priorities;
  private final Limits limits;
  private final List<IndexedHeap<PoolClient>> older = newHeaps();
  private final List<IndexedHeap<PoolClient>> newer = newHeaps();
  private final IndexedHeap<PoolClient> exact = new IndexedHeap<>((client, index) -> {});
  private long nowNanos;
  private long untilNanos;
  private long lastNanos;
  private long lastButOneNanos;

  ActiveQueue(Priorities priorities, Limits limits, long nowNanos) {
    this.priorities = priorities;
    this.limits = limits;
    this.nowNanos = nowNanos;
    lastNanos = nowNanos;
    lastButOneNanos = nowNanos;
    untilNanos = nowNanos + 2 * REFRESH_NANOS;
  }

  void setNow(long nowNanos) {
    this.nowNanos = nowNanos;
  }

  /** Renews estimates that are about to become invalid; before every use. */
  void refresh() {
    while (nowNanos - lastButOneNanos >= 2 * REFRESH_NANOS) {
      untilNanos = nowNanos + REFRESH_NANOS;
      for (int kind = 0; kind < older.size(); kind++) {
        IndexedHeap<PoolClient> heap = older.get(kind);
        while (!heap.isEmpty()) {
          push(heap.pop());
        }
        older.set(kind, newer.get(kind));
        newer.set(kind, heap);
      }
      untilNanos += REFRESH_NANOS;
      lastButOneNanos = lastNanos;
      lastNanos = nowNanos;
    }
  }

  void push(PoolClient client) {
    IndexedHeap<PoolClient> heap = newer.get(limits.queueOf(client.kind).index);
    client.activeHeap = heap;
    long futureNanos = Math.max(0, untilNanos - nowNanos);
    long lowest =
        priorities.estimate(client, client.temporaryCapacity, futureNanos, client.biasNanos, false);
    heap.push(client, inverted(lowest));
  }

  /** Takes a client out, if it is in the queue. */
  void remove(PoolClient client) {
    if (client.activeIndex >= 0 && client.activeHeap != null) {
      client.activeHeap.remove(client.activeIndex);
    }
  }

  /** Takes all clients out. */
  List<PoolClient> removeAll() {
    List<PoolClient> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      drain(older.get(kind.index), all);
      drain(newer.get(kind.index), all);
    }
    return all;
  }

  /**
   * Takes out clients that have to give way, lowest priority first, until the taker has enough. The
   * taker may push clients back.
   */
  void take(Taker taker) {
    for (IndexedHeap<PoolClient> next = next(); next != null; next = next()) {
      PoolClient candidate = next.pop();
      exact.push(candidate, inverted(priorityOf(candidate)));
      while (!exact.isEmpty() && isLowest(exact.topPriority())) {
        long priority = inverted(exact.topPriority());
        if (!taker.take(exact.pop(), priority)) {
          while (!exact.isEmpty()) {
            push(exact.pop());
          }
          return;
        }
      }
    }
  }

  private long priorityOf(PoolClient client) {
    return client.biasNanos == 0
        ? priorities.priority(client, client.temporaryCapacity)
        : priorities.estimate(client, client.temporaryCapacity, 0, client.biasNanos, true);
  }

  private boolean isLowest(long invertedPriority) {
    IndexedHeap<PoolClient> next = next();
    return next == null || next.topPriority() < invertedPriority;
  }

  /** The heap with the lowest estimate of those that have to give way. */
  private @Nullable IndexedHeap<PoolClient> next() {
    if (limits.isPlain()) {
      int all = limits.queueOf(Kind.FREE).index;
      return higher(older.get(all), newer.get(all));
    }
    IndexedHeap<PoolClient> next = null;
    for (Kind kind : Kind.values()) {
      if (limits.mustLeaveSlot(kind) || limits.mustGiveCapacity(kind)) {
        next = higher(next, higher(older.get(kind.index), newer.get(kind.index)));
      }
    }
    return next;
  }

  private static @Nullable IndexedHeap<PoolClient> higher(
      @Nullable IndexedHeap<PoolClient> first, @Nullable IndexedHeap<PoolClient> second) {
    if (first == null || first.isEmpty()) {
      return second == null || second.isEmpty() ? null : second;
    }
    boolean secondIsHigher =
        second != null && !second.isEmpty() && second.topPriority() > first.topPriority();
    return secondIsHigher ? second : first;
  }

  private static void drain(IndexedHeap<PoolClient> heap, List<PoolClient> to) {
    while (!heap.isEmpty()) {
      to.add(heap.pop());
    }
  }

  private static long inverted(long priority) {
    return priority == Long.MIN_VALUE ? Long.MAX_VALUE : -priority;
  }

  private static List<IndexedHeap<PoolClient>> newHeaps() {
    List<IndexedHeap<PoolClient>> heaps = new ArrayList<>();
    for (int i = 0; i < Kind.COUNT; i++) {
      heaps.add(new IndexedHeap<>((client, index) -> client.activeIndex = index));
    }
    return heaps;
  }
}
