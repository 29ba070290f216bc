package io.lesnode.flowcontrol.pool;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How much capacity is to be had at which priority: a snapshot of the pool, made by taking away
 * from the weakest client again and again; immutable once built.
 *
 * <p>Each point says how much is free before a step and the priority of the client that the step
 * takes from. A client that asks for itself is excluded: what it has counts as free for it.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/prioritypool.go, capacityCurve.
 */
final class CapacityCurve {

  private final List<Point> points;
  private final Map<ClientId, List<Integer>> pointsOfClients;
  private final List<Integer> excluded;
  private final boolean firstIsFull;

  private record Point(long freeCapacity, long nextPriority) {}

  private CapacityCurve(
      List<Point> points,
      Map<ClientId, List<Integer>> pointsOfClients,
      List<Integer> excluded,
      boolean firstIsFull) {
    this.points = points;
    this.pointsOfClients = pointsOfClients;
    this.excluded = excluded;
    this.firstIsFull = firstIsFull;
  }

  /** Collects the points in order. */
  static final class Builder {
    private final List<Point> points = new ArrayList<>();
    private final Map<ClientId, List<Integer>> pointsOfClients = new HashMap<>();
    private final boolean slotsAreFull;
    private @Nullable ClientId first;
    private long lastPriority = Long.MIN_VALUE;

    /**
     * An empty curve.
     *
     * @param slotsAreFull whether a newcomer needs somebody to leave first
     */
    Builder(boolean slotsAreFull) {
      this.slotsAreFull = slotsAreFull;
    }

    /** A step took from a client; priorities that fell meanwhile do not make the curve fall. */
    void add(long freeCapacity, long priority, ClientId client) {
      lastPriority = Math.max(lastPriority, priority);
      if (first == null) {
        first = client;
      }
      pointsOfClients.computeIfAbsent(client, id -> new ArrayList<>()).add(points.size());
      points.add(new Point(freeCapacity, lastPriority));
    }

    CapacityCurve build(long reachableCapacity) {
      points.add(new Point(reachableCapacity, Long.MAX_VALUE));
      List<Integer> excluded = List.of();
      if (slotsAreFull && first != null) {
        excluded = pointsOfClients.getOrDefault(first, List.of());
      }
      return new CapacityCurve(points, pointsOfClients, excluded, slotsAreFull && first != null);
    }
  }

  /** The curve as the client itself sees it. */
  CapacityCurve excluding(ClientId client) {
    List<Integer> own = pointsOfClients.get(client);
    return own == null ? this : new CapacityCurve(points, pointsOfClients, own, false);
  }

  /**
   * The largest capacity to be had.
   *
   * @param priority the priority at a capacity, which falls with it
   */
  long maxCapacity(LongUnaryOperator priority) {
    int low = 0;
    int high = points.size() - 1;
    while (low < high) {
      int middle = (low + high) / 2;
      long free = freeCapacity(middle);
      if (free == 0 || priority.applyAsLong(free) > points.get(middle).nextPriority()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    long upper = freeCapacity(low);
    if (upper == 0 || low == 0) {
      return upper;
    }
    long threshold = points.get(low - 1).nextPriority();
    if (priority.applyAsLong(upper) > threshold) {
      return upper;
    }
    long min = freeCapacity(low - 1);
    long max = upper - 1;
    while (min < max) {
      long middle = min + (max - min + 1) / 2;
      if (middle == 0 || priority.applyAsLong(middle) > threshold) {
        min = middle;
      } else {
        max = middle - 1;
      }
    }
    return max;
  }

  private long freeCapacity(int index) {
    if (index == 0 && firstIsFull) {
      return 0;
    }
    long free = points.get(index).freeCapacity();
    int from = Collections.binarySearch(excluded, index);
    for (int i = from >= 0 ? from : -from - 1; i < excluded.size(); i++) {
      int own = excluded.get(i);
      free += points.get(own + 1).freeCapacity() - points.get(own).freeCapacity();
    }
    return free;
  }
}
