package io.lesnode.flowcontrol.pool;

import io.lesnode.flowcontrol.pool.PoolClient.Kind;

/**
 * How many clients may be active with how much capacity, and who uses it; confined like the pool.
 *
 * <p>Of the whole {@code M} a share {@code r} is kept for the operator's own clients and a floor
 * {@code f} for free ones. With {@code P}, {@code F} and {@code O} in use by priority, free and own
 * clients, and {@code e = max(0, O − r)} what own clients use beyond their share, two laws hold for
 * slots and for capacity:
 *
 * <pre>P + e ≤ M − r − f        (nobody squeezes free clients below their floor)
 * P + F + e ≤ M − r        (nobody but own clients uses their share)</pre>
 *
 * Without shares both say that the sum is at most M, which is all that geth has.
 */
final class Limits {

  private static final int SLOTS = 0;
  private static final int CAPACITY = 1;
  private static final int KINDS = Kind.COUNT;

  private final long[] max = new long[2];
  private final long[] reserve = new long[2];
  private final long[] floor = new long[2];
  private final long[][] used = new long[2][KINDS];

  void setMax(long count, long capacity) {
    max[SLOTS] = count;
    max[CAPACITY] = capacity;
  }

  void setShares(Share own, Share free) {
    reserve[SLOTS] = own.count();
    reserve[CAPACITY] = own.capacity();
    floor[SLOTS] = free.count();
    floor[CAPACITY] = free.capacity();
  }

  /** Whether nothing is kept for anybody, as in geth. */
  boolean isPlain() {
    return (reserve[SLOTS] | reserve[CAPACITY] | floor[SLOTS] | floor[CAPACITY]) == 0;
  }

  /** In which queue clients of a kind are: their own, or one for all when nothing is kept. */
  Kind queueOf(Kind kind) {
    return isPlain() ? Kind.FREE : kind;
  }

  long maxCount() {
    return max[SLOTS];
  }

  long maxCapacity() {
    return max[CAPACITY];
  }

  long count() {
    return sum(SLOTS);
  }

  long capacity() {
    return sum(CAPACITY);
  }

  long capacity(Kind kind) {
    return used[CAPACITY][kind.index];
  }

  void addSlots(Kind kind, long slots) {
    used[SLOTS][kind.index] += slots;
  }

  void addCapacity(Kind kind, long capacity) {
    used[CAPACITY][kind.index] += capacity;
  }

  boolean exceeded() {
    return exceeded(SLOTS) || exceeded(CAPACITY);
  }

  /** Whether a client of that kind has to leave its slot because there are too many. */
  boolean mustLeaveSlot(Kind kind) {
    return mustGive(kind, SLOTS);
  }

  /** Whether a client of that kind has to give up capacity because too much is in use. */
  boolean mustGiveCapacity(Kind kind) {
    return mustGive(kind, CAPACITY);
  }

  /** Whether a slot is free for one more of that kind. */
  boolean hasFreeSlot(Kind kind) {
    return free(kind, SLOTS) > 0;
  }

  /** The capacity that is free for that kind. */
  long freeCapacity(Kind kind) {
    return free(kind, CAPACITY);
  }

  /** All capacity that clients of that kind can ever have. */
  long reachableCapacity(Kind kind) {
    return switch (kind) {
      case PRIORITY -> open(CAPACITY) - keptForFree(CAPACITY);
      case FREE -> open(CAPACITY);
      case OWN -> max[CAPACITY] - keptForFree(CAPACITY);
    };
  }

  /** Whether there would be room but for the shares. */
  boolean onlySharesAreLeft(long capacity) {
    return !isPlain() && count() < max[SLOTS] && max[CAPACITY] - capacity() >= capacity;
  }

  private boolean exceeded(int what) {
    return squeezesFree(what) || usesReserve(what);
  }

  private boolean mustGive(Kind kind, int what) {
    if (isPlain()) {
      return sum(what) > max[what];
    }
    return switch (kind) {
      case FREE -> usesReserve(what) && !squeezesFree(what);
      case PRIORITY -> exceeded(what);
      case OWN -> exceeded(what) && beyondReserve(what) > 0;
    };
  }

  private boolean squeezesFree(int what) {
    return paying(what) > open(what) - keptForFree(what);
  }

  private boolean usesReserve(int what) {
    return paying(what) + used[what][Kind.FREE.index] > open(what);
  }

  private long free(Kind kind, int what) {
    long forAll = open(what) - paying(what) - used[what][Kind.FREE.index];
    long forPaying = Math.min(forAll, open(what) - keptForFree(what) - paying(what));
    long result =
        switch (kind) {
          case FREE -> forAll;
          case PRIORITY -> forPaying;
          case OWN -> {
            long ownLeft = kept(what) - used[what][Kind.OWN.index];
            yield Math.max(0, ownLeft) + Math.max(0, forPaying);
          }
        };
    return Math.max(0, result);
  }

  /** What priority clients use, and own ones beyond their share. */
  private long paying(int what) {
    return used[what][Kind.PRIORITY.index] + beyondReserve(what);
  }

  private long beyondReserve(int what) {
    return Math.max(0, used[what][Kind.OWN.index] - kept(what));
  }

  /** What is not kept for own clients. */
  private long open(int what) {
    return max[what] - kept(what);
  }

  private long kept(int what) {
    return Math.min(reserve[what], max[what]);
  }

  private long keptForFree(int what) {
    return Math.min(floor[what], open(what));
  }

  private long sum(int what) {
    long sum = 0;
    for (long part : used[what]) {
      sum += part;
    }
    return sum;
  }
}
