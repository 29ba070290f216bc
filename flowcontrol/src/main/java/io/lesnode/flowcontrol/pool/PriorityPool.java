package io.lesnode.flowcontrol.pool;

import io.lesnode.flowcontrol.pool.PoolClient.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives capacity to the clients with the highest priorities; confined like the pool.
 *
 * <p>A client is inactive (capacity 0) or active with at least the minimum. Whenever limits are
 * exceeded the client with the lowest priority gives up a quarter of its capacity (a hundredth if
 * it is the one that asked for more), or all of it once it is at its minimum. A newcomer takes part
 * in this at the priority it will have after a bias, so that clients of about the same priority do
 * not displace each other all the time.
 *
 * <p>Every change is tried on temporary capacities first and then committed or reverted. The pool
 * does not tell clients: it hands out the list of changes.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/prioritypool.go. The shares of {@link Limits} are
 * ours; without any, every decision is geth's.
 */
final class PriorityPool {

  /** A client's capacity changed. */
  record Update(PoolClient client, long oldCapacity, long newCapacity) {}

  private static final long STEP_DIVISOR = 4;
  private static final long FINE_STEP_DIVISOR = 100;
  private static final long CURVE_LIFETIME_NANOS = 10_000_000_000L;

  private final long minCapacity;
  private final long stepDivisor;
  private final long fineStepDivisor;
  private final Limits limits = new Limits();
  private final ActiveQueue active;
  private final Map<Kind, IndexedHeap<PoolClient>> inactive = new EnumMap<>(Kind.class);
  private final List<PoolClient> temporary = new ArrayList<>();
  private final List<PoolClient> exempt = new ArrayList<>();
  private final Map<Kind, CapacityCurve> curves = new EnumMap<>(Kind.class);
  private final Priorities priorities;
  private long activeBiasNanos;
  private long curvesNanos;
  private boolean curvesOutdated;
  private long nowNanos;

  PriorityPool(long minCapacity, long activeBiasNanos, Priorities priorities, long now) {
    this(minCapacity, activeBiasNanos, STEP_DIVISOR, FINE_STEP_DIVISOR, priorities, now);
  }

  PriorityPool(
      long minCapacity,
      long activeBiasNanos,
      long stepDivisor,
      long fineStepDivisor,
      Priorities priorities,
      long nowNanos) {
    this.minCapacity = minCapacity;
    this.activeBiasNanos = Math.max(1, activeBiasNanos);
    this.stepDivisor = stepDivisor;
    this.fineStepDivisor = fineStepDivisor;
    this.priorities = priorities;
    this.nowNanos = nowNanos;
    active = new ActiveQueue(priorities, limits, nowNanos);
    for (Kind kind : Kind.values()) {
      inactive.put(kind, new IndexedHeap<>((client, index) -> client.inactiveIndex = index));
    }
  }

  Limits limits() {
    return limits;
  }

  void setNow(long nowNanos) {
    this.nowNanos = nowNanos;
    active.setNow(nowNanos);
  }

  int inactiveCount() {
    int count = 0;
    for (IndexedHeap<PoolClient> heap : inactive.values()) {
      count += heap.size();
    }
    return count;
  }

  /** A client came. */
  List<Update> connect(PoolClient client) {
    active.refresh();
    if (client.connected) {
      return List.of();
    }
    client.connected = true;
    pushInactive(client);
    return tryActivate(false);
  }

  /** A client left. */
  List<Update> disconnect(PoolClient client) {
    active.refresh();
    if (!client.connected) {
      return List.of();
    }
    client.connected = false;
    active.remove(client);
    removeInactive(client);
    if (client.committedCapacity == 0) {
      return List.of();
    }
    makeTemporary(client);
    setTemporaryCapacity(client, 0);
    return tryActivate(true);
  }

  /**
   * Sets a client's capacity to the highest value within a range, if the range can be reached.
   *
   * @param updates takes what changes
   * @return the capacity that the client has now
   */
  long requestCapacity(
      PoolClient client, long minTarget, long maxTarget, long biasNanos, List<Update> updates) {
    active.refresh();
    long least = Math.max(minTarget, minCapacity);
    long most = Math.max(maxTarget, least);
    if (least > client.committedCapacity && least > limits.reachableCapacity(client.kind)) {
      return client.committedCapacity;
    }
    makeTemporary(client);
    if (most > client.committedCapacity) {
      client.stepDivisor = fineStepDivisor;
      client.biasNanos = Math.max(biasNanos, activeBiasNanos);
    }
    setTemporaryCapacity(client, most);
    client.minTarget = least;
    active.remove(client);
    removeInactive(client);
    active.push(client);
    enforceLimits();
    long reached = client.temporaryCapacity;
    updates.addAll(
        finish(reached >= least && reached <= most && reached != client.committedCapacity));
    return client.committedCapacity;
  }

  /** Whether somebody waits for whom there is room without displacing anybody. */
  boolean hasRoomForWaiting() {
    for (Kind kind : Kind.values()) {
      if (hasRoomForFirst(inactive(kind))) {
        return true;
      }
    }
    return false;
  }

  /** Activates those for whom there is room without displacing anybody. */
  List<Update> fill() {
    active.refresh();
    for (Kind kind : Kind.values()) {
      IndexedHeap<PoolClient> heap = inactive(kind);
      while (hasRoomForFirst(heap)) {
        activate(heap.pop());
      }
    }
    curvesOutdated = true;
    return finish(true);
  }

  private boolean hasRoomForFirst(IndexedHeap<PoolClient> heap) {
    return !heap.isEmpty()
        && limits.hasFreeSlot(heap.top().kind)
        && limits.freeCapacity(heap.top().kind) >= minCapacity;
  }

  List<Update> setLimits(long maxCount, long maxCapacity) {
    active.refresh();
    boolean raised = maxCount > limits.maxCount() || maxCapacity > limits.maxCapacity();
    boolean lowered = maxCount < limits.maxCount() || maxCapacity < limits.maxCapacity();
    limits.setMax(maxCount, maxCapacity);
    List<Update> updates = new ArrayList<>();
    if (lowered) {
      enforceLimits();
      updates.addAll(finish(true));
    }
    if (raised) {
      updates.addAll(tryActivate(false));
    }
    return updates;
  }

  List<Update> setShares(Share own, Share free) {
    active.refresh();
    List<PoolClient> waiting = new ArrayList<>();
    for (IndexedHeap<PoolClient> heap : inactive.values()) {
      while (!heap.isEmpty()) {
        waiting.add(heap.pop());
      }
    }
    List<PoolClient> served = active.removeAll();
    limits.setShares(own, free);
    waiting.forEach(this::pushInactive);
    served.forEach(active::push);
    return settle();
  }

  List<Update> setActiveBias(long biasNanos) {
    activeBiasNanos = Math.max(1, biasNanos);
    return tryActivate(false);
  }

  /** A client's priority changed other than by time. */
  List<Update> updatePriority(PoolClient client) {
    active.refresh();
    if (!client.connected) {
      return List.of();
    }
    active.remove(client);
    removeInactive(client);
    enqueue(client);
    return tryActivate(false);
  }

  /** A client gained or lost its tokens, which matters where shares are kept. */
  List<Update> setKind(PoolClient client, Kind kind) {
    if (client.kind == kind) {
      return List.of();
    }
    if (client.temporaryCapacity != 0) {
      limits.addSlots(client.kind, -1);
      limits.addCapacity(client.kind, -client.temporaryCapacity);
      limits.addSlots(kind, 1);
      limits.addCapacity(kind, client.temporaryCapacity);
    }
    client.kind = kind;
    if (limits.isPlain()) {
      return List.of();
    }
    active.refresh();
    active.remove(client);
    removeInactive(client);
    if (client.connected) {
      enqueue(client);
    }
    return settle();
  }

  /** How much capacity clients of that kind can have at which priority. */
  CapacityCurve curve(Kind kind) {
    if (curvesOutdated || nowNanos - curvesNanos >= CURVE_LIFETIME_NANOS) {
      curves.clear();
      curvesOutdated = false;
      curvesNanos = nowNanos;
    }
    Kind of = limits.queueOf(kind);
    CapacityCurve curve = curves.get(of);
    if (curve == null) {
      curvesNanos = curves.isEmpty() ? nowNanos : curvesNanos;
      curve = newCurve(of);
      curves.put(of, curve);
    }
    return curve;
  }

  private CapacityCurve newCurve(Kind kind) {
    CapacityCurve.Builder builder = new CapacityCurve.Builder(!limits.hasFreeSlot(kind));
    while (limits.capacity() > 0) {
      long free = limits.freeCapacity(kind);
      limits.addCapacity(kind, free + 1); // somebody has to give way
      Reduced reduced = enforceLimits();
      limits.addCapacity(kind, -free - 1);
      if (reduced == null) {
        break;
      }
      builder.add(free, reduced.priority(), reduced.client().id());
    }
    finish(false);
    return builder.build(limits.reachableCapacity(kind));
  }

  private record Reduced(PoolClient client, long priority) {}

  /** Brings temporary capacities within the limits; the last client that had to give way. */
  private @Nullable Reduced enforceLimits() {
    if (!limits.exceeded()) {
      return null;
    }
    Reduction reduction = new Reduction();
    boolean again;
    do {
      active.take(reduction);
      // who was exempt may have to give way after others did
      again = !exempt.isEmpty() && limits.exceeded();
      exempt.forEach(active::push);
      exempt.clear();
    } while (again);
    return reduction.last();
  }

  private final class Reduction implements ActiveQueue.Taker {
    private @Nullable PoolClient client;
    private long priority;

    @Nullable Reduced last() {
      return client == null ? null : new Reduced(client, priority);
    }

    @Override
    public boolean take(PoolClient next, long nextPriority) {
      boolean mustLeave = limits.mustLeaveSlot(next.kind);
      if (!mustLeave && !limits.mustGiveCapacity(next.kind)) {
        exempt.add(next);
        return true;
      }
      client = next;
      priority = nextPriority;
      makeTemporary(next);
      if (mustLeave || next.temporaryCapacity == next.minTarget) {
        setTemporaryCapacity(next, 0);
      } else {
        long step = Math.max(1, next.temporaryCapacity / next.stepDivisor);
        long reduced = Math.max(next.temporaryCapacity - step, next.minTarget);
        setTemporaryCapacity(next, reduced);
        active.push(next);
      }
      return limits.exceeded();
    }
  }

  /** After a change of shares or kinds: enforces the limits and fills what became free. */
  private List<Update> settle() {
    enforceLimits();
    List<Update> updates = new ArrayList<>(finish(true));
    updates.addAll(tryActivate(false));
    return updates;
  }

  /** Activates inactive clients, the highest priority first, as long as there is room for them. */
  private List<Update> tryActivate(boolean commit) {
    if (!limits.isPlain()) {
      return tryActivateByKind(commit);
    }
    boolean changed = commit;
    IndexedHeap<PoolClient> waiting = waiting(Kind.FREE);
    while (!waiting.isEmpty()) {
      if (!activate(waiting.pop())) {
        break;
      }
      changed = true;
    }
    curvesOutdated = true;
    return finish(changed);
  }

  /** The same where a client without room says nothing about clients of another kind. */
  private List<Update> tryActivateByKind(boolean commit) {
    curvesOutdated = true;
    List<Update> updates = new ArrayList<>(finish(commit));
    for (Kind kind : Kind.values()) {
      boolean room = true;
      while (room && !waiting(kind).isEmpty()) {
        PoolClient client = waiting(kind).pop();
        room = activate(client);
        if (!room && limits.onlySharesAreLeft(minCapacity)) {
          client.dropReason = DropReason.RESERVED;
        }
        updates.addAll(finish(room));
      }
    }
    return updates;
  }

  private boolean activate(PoolClient client) {
    makeTemporary(client);
    client.biasNanos = activeBiasNanos;
    setTemporaryCapacity(client, minCapacity);
    active.push(client);
    enforceLimits();
    if (client.temporaryCapacity == 0) {
      return false;
    }
    client.biasNanos = 0;
    return true;
  }

  private void makeTemporary(PoolClient client) {
    if (client.temporary) {
      return;
    }
    client.temporary = true;
    resetTemporary(client);
    temporary.add(client);
  }

  private void resetTemporary(PoolClient client) {
    client.minTarget = minCapacity;
    client.stepDivisor = stepDivisor;
    client.biasNanos = 0;
  }

  private void setTemporaryCapacity(PoolClient client, long capacity) {
    limits.addCapacity(client.kind, capacity - client.temporaryCapacity);
    if (client.temporaryCapacity == 0) {
      limits.addSlots(client.kind, 1);
    }
    if (capacity == 0) {
      limits.addSlots(client.kind, -1);
    }
    client.temporaryCapacity = capacity;
  }

  /** Commits or reverts all temporary capacities. */
  private List<Update> finish(boolean commit) {
    List<Update> updates = new ArrayList<>();
    for (PoolClient client : temporary) {
      // always queued anew, because the bias counted
      active.remove(client);
      removeInactive(client);
      long oldCapacity = client.committedCapacity;
      if (commit) {
        client.committedCapacity = client.temporaryCapacity;
      } else {
        setTemporaryCapacity(client, oldCapacity);
      }
      client.temporary = false;
      resetTemporary(client);
      if (client.connected) {
        enqueue(client);
        if (client.committedCapacity != oldCapacity) {
          updates.add(new Update(client, oldCapacity, client.committedCapacity));
        }
      }
    }
    temporary.clear();
    curvesOutdated |= commit;
    return updates;
  }

  private void enqueue(PoolClient client) {
    if (client.committedCapacity != 0) {
      active.push(client);
    } else {
      pushInactive(client);
    }
  }

  private void pushInactive(PoolClient client) {
    IndexedHeap<PoolClient> heap = waiting(client.kind);
    client.inactiveHeap = heap;
    heap.push(client, priorities.priority(client, minCapacity));
  }

  private void removeInactive(PoolClient client) {
    if (client.inactiveIndex >= 0 && client.inactiveHeap != null) {
      client.inactiveHeap.remove(client.inactiveIndex);
    }
  }

  /** Without shares all clients wait in one queue. */
  private IndexedHeap<PoolClient> waiting(Kind kind) {
    return inactive(limits.queueOf(kind));
  }

  private IndexedHeap<PoolClient> inactive(Kind kind) {
    IndexedHeap<PoolClient> heap = inactive.get(kind);
    if (heap == null) {
      throw new IllegalStateException("No queue for " + kind);
    }
    return heap;
  }
}
