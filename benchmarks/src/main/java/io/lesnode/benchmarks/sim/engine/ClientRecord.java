package io.lesnode.benchmarks.sim.engine;

import io.lesnode.flowcontrol.cost.RequestKind;

/** What is counted of one client since the warm-up; confined to the run. */
public final class ClientRecord {

  private static final long MICRO_NANOS = 1_000;

  private final GroupRecord group;
  private long capacity;
  private long sinceNanos;
  private long connectedNanos;
  private long capacityTime;
  private long servedCost;
  private long answered;

  ClientRecord(GroupRecord group) {
    this.group = group;
  }

  /** The capacity that the server gives it now; 0: it is not served. */
  public long capacity() {
    return capacity;
  }

  /** How long it was served. */
  public long connectedNanos() {
    return connectedNanos;
  }

  /** The integral of its capacity over time, in cost units: what it was promised. */
  public double promisedCost() {
    return (double) capacityTime / MICRO_NANOS;
  }

  /** What its answered requests cost, in cost units. */
  public long servedCost() {
    return servedCost;
  }

  /** How many requests were answered. */
  public long answered() {
    return answered;
  }

  /** Brings times up to date. */
  void advance(long nowNanos) {
    long elapsed = nowNanos - sinceNanos;
    sinceNanos = nowNanos;
    if (capacity > 0) {
      connectedNanos += elapsed;
      capacityTime += elapsed / MICRO_NANOS * capacity;
    }
  }

  /** Forgets what was counted so far. */
  void restart(long nowNanos) {
    advance(nowNanos);
    connectedNanos = 0;
    capacityTime = 0;
    servedCost = 0;
    answered = 0;
  }

  // ---- what happens

  void setCapacity(long next, long nowNanos) {
    advance(nowNanos);
    group.onCapacity(capacity, next);
    capacity = next;
  }

  void onAttempt() {
    group.attempts++;
  }

  void onEndedByServer(boolean wasServed) {
    if (wasServed) {
      group.dropped++;
    } else {
      group.refused++;
    }
  }

  void onSent() {
    group.sent++;
  }

  void onServed(long cost) {
    servedCost += cost;
    group.servedCost += cost;
  }

  void onFrozen() {
    group.freezes++;
  }

  void onStopped() {
    group.stops++;
  }

  void onVoid() {
    group.voided++;
  }

  void onGivenUp() {
    group.givenUp++;
  }

  void onAnswered(RequestKind kind, long latencyNanos) {
    answered++;
    group.onAnswered(kind, latencyNanos);
  }
}
