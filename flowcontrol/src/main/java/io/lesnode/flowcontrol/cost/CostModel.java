package io.lesnode.flowcontrol.cost;

import io.lesnode.flowcontrol.CreditParams;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a server derives costs from its configuration; immutable.
 *
 * <p>A request's maximum cost is twice its average serving time, or what its expected size takes of
 * the configured bandwidth if that is more. The smallest buffer must hold three times the most
 * demanding standard request at a global factor a quarter above the one at start; a cost that would
 * no longer fit when the factor rises later is scaled down.
 *
 * <p>Reference: geth v1.10.26, les/costtracker.go.
 */
public final class CostModel {

  /** Threads of one percent of serving are worth this many units per millisecond. */
  private static final double UNITS_PER_PERCENT = 1_000_000 / 100.0;

  private static final long MAX_COST_FACTOR = 2;
  private static final long MIN_BUFFER_MULTIPLIER = 3;
  private static final double FACTOR_RESERVE = 1.25;
  private static final double FIT_MARGIN = 0.999;

  private final double targetUtilization;
  private final double inSizeFactor;
  private final double outSizeFactor;
  private final BaseCosts baseCosts;
  private final long minBufferLimit;

  /**
   * A model of a server with geth's average serving times.
   *
   * @param servePercent how much of one thread serves clients, in percent; may exceed 100
   * @param ingressBytesPerMilli bandwidth limit of requests, 0: none
   * @param egressBytesPerMilli bandwidth limit of replies, 0: none
   * @param globalFactor the global cost factor at start
   */
  public CostModel(
      int servePercent, long ingressBytesPerMilli, long egressBytesPerMilli, double globalFactor) {
    this(servePercent, ingressBytesPerMilli, egressBytesPerMilli, globalFactor, BaseCosts.geth());
  }

  /**
   * A model of a server.
   *
   * @param servePercent how much of one thread serves clients, in percent; may exceed 100
   * @param ingressBytesPerMilli bandwidth limit of requests, 0: none
   * @param egressBytesPerMilli bandwidth limit of replies, 0: none
   * @param globalFactor the global cost factor at start
   * @param baseCosts average serving times
   */
  public CostModel(
      int servePercent,
      long ingressBytesPerMilli,
      long egressBytesPerMilli,
      double globalFactor,
      BaseCosts baseCosts) {
    this.baseCosts = baseCosts;
    this.targetUtilization = servePercent * UNITS_PER_PERCENT;
    this.inSizeFactor = ingressBytesPerMilli > 0 ? targetUtilization / ingressBytesPerMilli : 0;
    this.outSizeFactor = egressBytesPerMilli > 0 ? targetUtilization / egressBytesPerMilli : 0;
    this.minBufferLimit = MIN_BUFFER_MULTIPLIER * largestStandardCost(globalFactor);
  }

  /** A model without bandwidth limits at global factor 1. */
  public static CostModel ofServePercent(int servePercent) {
    return new CostModel(servePercent, 0, 0, 1);
  }

  /** The average serving times that the costs are made from. */
  public BaseCosts baseCosts() {
    return baseCosts;
  }

  /** What the server wants to spend on serving, in units per millisecond at global factor 1. */
  public double targetUtilization() {
    return targetUtilization;
  }

  /** The smallest buffer that a client may be given. */
  public long minBufferLimit() {
    return minBufferLimit;
  }

  /** The smallest capacity that a client may be given. */
  public long minCapacity() {
    return (minBufferLimit - 1) / CreditParams.BUFFER_LIMIT_RATIO + 1;
  }

  /** The parameters that every client gets in the handshake. */
  public CreditParams defaultParams() {
    return CreditParams.ofCapacity(minCapacity());
  }

  /** The maximum costs to promise at a global factor. */
  public CostTable costTable(double globalFactor) {
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      RequestCost cost = unfittedCost(kind, globalFactor);
      long standardCost = cost.base() + cost.perItem() * kind.minBufferAmount();
      if (standardCost > minBufferLimit) {
        double scale = FIT_MARGIN * (double) minBufferLimit / (double) standardCost;
        cost = new RequestCost((long) (cost.base() * scale), (long) (cost.perItem() * scale));
      }
      costs.put(kind, cost);
    }
    return new CostTable(costs);
  }

  /** What a request really cost: serving time or a share of the bandwidth, whichever is more. */
  public long realCost(
      long servingNanos, long inSizeBytes, long outSizeBytes, double globalFactor) {
    double cost = (double) servingNanos;
    cost = Math.max(cost, inSizeBytes * inSizeFactor);
    cost = Math.max(cost, outSizeBytes * outSizeFactor);
    return (long) (cost * globalFactor);
  }

  /** Units of cost per byte of a request at global factor 1. */
  public double inSizeFactor() {
    return inSizeFactor;
  }

  /** Units of cost per byte of a reply at global factor 1. */
  public double outSizeFactor() {
    return outSizeFactor;
  }

  private long largestStandardCost(double globalFactor) {
    long largest = 0;
    for (RequestKind kind : RequestKind.all()) {
      RequestCost cost = unfittedCost(kind, globalFactor * FACTOR_RESERVE);
      largest = Math.max(largest, cost.base() + cost.perItem() * kind.minBufferAmount());
    }
    return largest;
  }

  private RequestCost unfittedCost(RequestKind kind, double globalFactor) {
    return new RequestCost(
        unfittedCost(
            baseCosts.averageTimeNanos(kind).base(),
            kind.maxInSizeBytes().base(),
            kind.maxOutSizeBytes().base(),
            globalFactor),
        unfittedCost(
            baseCosts.averageTimeNanos(kind).perItem(),
            kind.maxInSizeBytes().perItem(),
            kind.maxOutSizeBytes().perItem(),
            globalFactor));
  }

  private long unfittedCost(long timeNanos, long inBytes, long outBytes, double globalFactor) {
    long cost = timeNanos * MAX_COST_FACTOR;
    cost = Math.max(cost, (long) (inBytes * inSizeFactor * globalFactor));
    return Math.max(cost, (long) (outBytes * outSizeFactor * globalFactor));
  }
}
