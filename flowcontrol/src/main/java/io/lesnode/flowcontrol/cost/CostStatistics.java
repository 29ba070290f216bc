package io.lesnode.flowcontrol.cost;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts how the real costs of served requests compare with the estimates; confined to the node
 * loop.
 *
 * <p>Ten classes per kind: a real cost of at most 1/16, 1/8, 1/4, 1/2, 1, 2, 4, 8, 16 times the
 * estimate, and more.
 *
 * <p>Reference: geth v1.10.26, les/costtracker.go updateStats.
 */
public final class CostStatistics {

  /** How many classes of relative cost there are. */
  public static final int CLASSES = 10;

  /** The first class ends at this share of the estimate. */
  private static final int FINEST_SHARE_BITS = 4;

  private final BaseCosts baseCosts;
  private final Map<RequestKind, Counters> countersByKind = new EnumMap<>(RequestKind.class);

  private static final class Counters {
    long requests;
    long items;
    long servedNanos;
    long estimatedNanos;
    final long[] classes = new long[CLASSES];
  }

  /**
   * What was served of a kind since the start.
   *
   * @param requests answered requests
   * @param items what they asked for
   * @param servedNanos how long threads worked on them
   * @param estimatedNanos how long they should have taken, at the global factor of the moment
   * @param classes requests by relative cost: up to 1/16 of the estimate, 1/8, … 16 times, more
   */
  public record Figures(
      long requests, long items, long servedNanos, long estimatedNanos, List<Long> classes) {

    /** Copies the list. */
    public Figures {
      classes = List.copyOf(classes);
    }
  }

  /** Nothing served yet. */
  public CostStatistics(BaseCosts baseCosts) {
    this.baseCosts = baseCosts;
    RequestKind.all().forEach(kind -> countersByKind.put(kind, new Counters()));
  }

  /**
   * Counts an answered request.
   *
   * @param realCost its real cost in cost units, not capped
   * @param globalFactor cost units per nanosecond
   */
  public void onServed(
      RequestKind kind, long amount, long servingNanos, long realCost, double globalFactor) {
    Counters counters = counters(kind);
    long estimate = baseCosts.averageTimeNanos(kind).of(amount);
    counters.requests++;
    counters.items += amount;
    counters.servedNanos += servingNanos;
    counters.estimatedNanos += (long) (estimate / globalFactor);
    counters.classes[relativeClass(realCost, estimate)]++;
  }

  /** The class of a real cost: halved, after taking it sixteenfold, until it is no more. */
  private static int relativeClass(long realCost, long estimate) {
    long scaled =
        realCost > Long.MAX_VALUE >> FINEST_SHARE_BITS
            ? Long.MAX_VALUE
            : realCost << FINEST_SHARE_BITS;
    int index = 0;
    while (index < CLASSES - 1 && scaled > estimate) {
      index++;
      scaled >>= 1;
    }
    return index;
  }

  /** The figures of a kind. */
  public Figures figures(RequestKind kind) {
    Counters counters = counters(kind);
    List<Long> classes = new ArrayList<>(CLASSES);
    for (long count : counters.classes) {
      classes.add(count);
    }
    return new Figures(
        counters.requests, counters.items, counters.servedNanos, counters.estimatedNanos, classes);
  }

  private Counters counters(RequestKind kind) {
    Counters counters = countersByKind.get(kind);
    if (counters == null) {
      throw new IllegalStateException("no counters for " + kind);
    }
    return counters;
  }
}
