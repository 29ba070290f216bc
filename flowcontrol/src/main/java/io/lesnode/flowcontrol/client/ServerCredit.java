package io.lesnode.flowcontrol.client;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Recharge;
import io.lesnode.flowcontrol.Rounding;
import java.util.HashMap;
import java.util.Map;

/**
 * A client's lowest estimate of its credit at one server; confined to the client's node loop.
 *
 * <p>The client does not know when its requests arrive, so it must never believe that it has more
 * than the server counts. A sent request is charged at once at its maximum cost. The estimate
 * recharges only after a reply showed that the server's bucket is not full. A reply reports the
 * buffer value as if the requests accepted later were not yet charged; the client subtracts those
 * itself:
 *
 * <pre>estimate = max(estimate, min(BV, BL) − (cost of everything sent since that request))</pre>
 *
 * <p>Differs from geth, whose estimate recharges up to BL while requests are under way: they may
 * find the bucket still full, so that what it would have gained until then is lost, and a client
 * that believes otherwise is refused later although it obeyed (ObedientClientLawsTest). Here the
 * estimate recharges up to BL less the cost of what is unanswered.
 *
 * <p>A lower report never lowers the estimate: it can only come from a reply that was delayed.
 * Times are nanoseconds of any monotonic clock; credit is in cost units.
 *
 * <p>Reference: geth v1.10.26, les/flowcontrol/control.go, ServerNode.
 */
public final class ServerCredit {

  /**
   * Added to what a request needs, so that a slightly late recharge does not overrun the bucket.
   */
  private static final long SAFETY_MARGIN_NANOS = 1_000_000;

  /** Never: the server grants no credit at all. */
  public static final long FOREVER_NANOS = Long.MAX_VALUE;

  private CreditParams params;
  private long estimate;
  private boolean recharging;
  private long lastNanos;
  private long sumCost;
  private long unansweredCost;
  private final Rounding rounding;
  private final Map<Long, Pending> pending = new HashMap<>();

  /** An unanswered request: its maximum cost, and that of everything sent up to it. */
  private record Pending(long maxCost, long sumCost) {}

  /**
   * When a request can be sent.
   *
   * @param waitNanos zero: now
   * @param relativeBuffer when it can be sent now, the share of the buffer that is left after it
   */
  public record Sendable(long waitNanos, double relativeBuffer) {
    /** Whether it can be sent now. */
    public boolean now() {
      return waitNanos == 0;
    }
  }

  /** A full bucket. */
  public ServerCredit(CreditParams params, long nowNanos) {
    this(params, nowNanos, Rounding.EXACT);
  }

  ServerCredit(CreditParams params, long nowNanos, Rounding rounding) {
    this.rounding = rounding;
    this.params = params;
    this.estimate = params.bufferLimit();
    this.lastNanos = nowNanos;
  }

  /** When a request of this maximum cost can be sent; costs over the limit count as the limit. */
  public Sendable canSend(long maxCost, long nowNanos) {
    if (params.bufferLimit() == 0) {
      return new Sendable(FOREVER_NANOS, 0);
    }
    recharge(nowNanos);
    long margin = Recharge.amount(params.rechargePerMilli(), SAFETY_MARGIN_NANOS);
    long need = Math.min(Recharge.plus(maxCost, margin), params.bufferLimit());
    if (estimate >= need) {
      return new Sendable(0, (double) (estimate - need) / params.bufferLimit());
    }
    if (params.rechargePerMilli() == 0) {
      // Differs from geth, which divides by zero (ServerCreditTest.aServerWithoutRecharge).
      return new Sendable(FOREVER_NANOS, 0);
    }
    long missing = need - estimate;
    long waitNanos =
        missing > Long.MAX_VALUE / Recharge.NANOS_PER_MILLI
            ? FOREVER_NANOS
            : missing * Recharge.NANOS_PER_MILLI / params.rechargePerMilli();
    return new Sendable(waitNanos, 0);
  }

  /** Charges a request; requests must leave in the order of these calls. */
  public void onQueued(long requestId, long maxCost, long nowNanos) {
    recharge(nowNanos);
    estimate = Math.max(0, estimate - maxCost);
    sumCost += maxCost;
    unansweredCost += maxCost;
    Pending replaced = pending.put(requestId, new Pending(maxCost, sumCost));
    if (replaced != null) {
      unansweredCost -= replaced.maxCost();
    }
  }

  /** Learns from a reply; one to a request that is not pending is ignored. */
  public void onReply(long requestId, long bufferValue, long nowNanos) {
    recharge(nowNanos);
    Pending answered = pending.remove(requestId);
    if (answered == null) {
      return;
    }
    unansweredCost -= answered.maxCost();
    estimate = Math.max(estimate, clipped(bufferValue) - (sumCost - answered.sumCost()));
    recharging = estimate < params.bufferLimit();
    lastNanos = nowNanos;
  }

  /** Starts anew after a freeze: every pending request is void. */
  public void onResume(long bufferValue, long nowNanos) {
    pending.clear();
    unansweredCost = 0;
    recharge(nowNanos);
    estimate = clipped(bufferValue);
    recharging = estimate < params.bufferLimit();
    lastNanos = nowNanos;
  }

  /** Applies announced parameters: a higher limit is credited at once, a lower one clips. */
  public void updateParams(CreditParams next, long nowNanos) {
    recharge(nowNanos);
    long raise = next.bufferLimit() - params.bufferLimit();
    params = next;
    estimate = Math.min(Recharge.plus(estimate, Math.max(0, raise)), ceiling());
  }

  /** The parameters in force. */
  public CreditParams params() {
    return params;
  }

  /** The estimate at a time, without changing anything. */
  public long estimateAt(long nowNanos) {
    if (!recharging || nowNanos < lastNanos) {
      return estimate;
    }
    long added = Recharge.amount(params.rechargePerMilli(), nowNanos - lastNanos);
    return Math.max(estimate, Math.min(Recharge.plus(estimate, added), ceiling()));
  }

  /** The most that recharge can reach: a request under way may find the bucket full. */
  private long ceiling() {
    return rounding == Rounding.AS_GETH
        ? params.bufferLimit()
        : Math.max(0, params.bufferLimit() - unansweredCost);
  }

  /** How many requests are unanswered. */
  public int pendingCount() {
    return pending.size();
  }

  /** The cost of everything ever sent. */
  long sumCost() {
    return sumCost;
  }

  /** Whether the estimate grows with time. */
  boolean isRecharging() {
    return recharging;
  }

  /** The estimate of the last call. */
  long estimate() {
    return estimate;
  }

  /** A buffer value is unsigned on the wire: anything over the limit counts as the limit. */
  private long clipped(long bufferValue) {
    return bufferValue < 0 ? params.bufferLimit() : Math.min(bufferValue, params.bufferLimit());
  }

  private void recharge(long nowNanos) {
    if (nowNanos < lastNanos) {
      return;
    }
    if (recharging) {
      estimate = estimateAt(nowNanos);
      recharging = estimate < params.bufferLimit();
    }
    lastNanos = nowNanos;
  }
}
