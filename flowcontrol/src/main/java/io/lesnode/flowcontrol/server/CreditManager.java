package io.lesnode.flowcontrol.server;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Rounding;
import java.util.function.LongConsumer;

/**
 * Shares a server's recharge among its clients and lets the total capacity float; confined to the
 * node loop.
 *
 * <p><b>Bonus recharge.</b> Every client is promised its MRR. As long as few clients recharge at
 * once the server can give more: while the clients whose buckets are not full are promised {@code
 * sumRecharge} together, they get {@code curve(sumRecharge)}, each in proportion to its MRR.
 * Instead of visiting all clients, one integrator grows with {@code ratio = curve(sum) / sum} (at
 * least 1) per nanosecond; a client's corrected value grows by {@code Δintegral · MRR / 10^6}. A
 * queue ordered by the integral at which each client becomes full gives the moments at which {@code
 * sumRecharge} changes. The integrator wraps around in 64 bits, and so does the order of the queue.
 *
 * <p><b>Total capacity.</b> The sum of MRR that may be assigned is kept as a logarithm. Each freeze
 * lowers it by 0.1 times the frozen client's share; while it is below what is connected (plus a
 * margin) it rises with a time constant of three hours.
 *
 * <p>Reference: geth v1.10.26, les/flowcontrol/manager.go.
 */
public final class CreditManager {

  private static final long FIXED_POINT = 1_000_000;
  private static final double CAPACITY_DROP_FACTOR = 0.1;
  private static final double CAPACITY_RAISE_PER_NANO = 1 / (3 * 3_600_000_000_000.0);
  private static final double CAPACITY_RAISE_RATIO = 1.125;
  private static final double UNREPORTED_DROP = 0.999;
  private static final double UNREPORTED_RISE = 1.001;

  private RechargeCurve curve = RechargeCurve.NONE;
  private long sumRecharge;
  private long totalRecharge;
  private long totalConnected;

  private double logTotalCapacity;
  private double totalCapacity;
  private double logRaiseLimit;
  private double minLogCapacity;
  private double maxLogCapacity;
  private long raiseThreshold;
  private long capacityNanos;
  private LongConsumer capacityListener = capacity -> {};

  private long integralNanos;
  private long integral;
  private final RechargeQueue rechargeQueue = new RechargeQueue();

  private final Rounding rounding;

  /** A manager without clients, curve or limits. */
  public CreditManager(long nowNanos) {
    this(nowNanos, Rounding.EXACT);
  }

  CreditManager(long nowNanos, Rounding rounding) {
    this.capacityNanos = nowNanos;
    this.rounding = rounding;
  }

  Rounding rounding() {
    return rounding;
  }

  /** A bucket for a new client, full. */
  public ClientCredit connect(CreditParams params, long nowNanos) {
    ClientCredit client = new ClientCredit(this, params, nowNanos);
    advance(nowNanos);
    client.recharge.correctedValue = params.bufferLimit();
    client.recharge.lastIntegral = integral;
    updateTotalCapacity(nowNanos, true);
    totalConnected += params.rechargePerMilli();
    updateRaiseLimit();
    return client;
  }

  /** Changes the curve of bonus recharge from now on. */
  public void setCurve(RechargeCurve next, long nowNanos) {
    advance(nowNanos);
    curve = next;
    totalRecharge = next.totalRecharge();
  }

  /**
   * Sets the range of the total capacity and starts it at the upper end.
   *
   * @param raiseThreshold how far above the connected capacity it may rise; 0: it never rises
   */
  public void setCapacityLimits(long min, long max, long raiseThreshold) {
    minLogCapacity = StrictMath.log((double) Math.max(min, 1));
    maxLogCapacity = StrictMath.log((double) Math.max(max, 1));
    logTotalCapacity = maxLogCapacity;
    this.raiseThreshold = raiseThreshold;
    reportCapacity();
  }

  /** Called with the new total capacity whenever it changed by more than 0.1 %. */
  public void onTotalCapacity(LongConsumer listener) {
    capacityListener = listener;
  }

  /** The total capacity as last reported. */
  public long totalCapacity() {
    return (long) totalCapacity;
  }

  /** The capacity of all connected clients. */
  public long totalConnected() {
    return totalConnected;
  }

  /** Lets the total capacity rise with time; to be called about once a minute. */
  public void refresh(long nowNanos) {
    updateTotalCapacity(nowNanos, true);
  }

  void onDisconnected(ClientCredit client, long nowNanos) {
    advance(nowNanos);
    updateTotalCapacity(nowNanos, true);
    totalConnected -= client.params().rechargePerMilli();
    updateRaiseLimit();
  }

  /**
   * Charges an admitted request and gives its priority: older first, nearly empty buckets later.
   */
  long onAdmitted(ClientCredit client, long maxCost, long nowNanos) {
    updateClient(client, -maxCost, client.params(), nowNanos);
    CreditParams params = client.params();
    long missing = params.bufferLimit() - client.recharge.correctedValue;
    long refillTime =
        params.rechargePerMilli() == 0
            ? 0 // Differs from geth, which divides by zero (ClientCreditTest.zeroRecharge)
            : Long.divideUnsigned(missing * FIXED_POINT, params.rechargePerMilli());
    return -nowNanos - refillTime;
  }

  void correct(ClientCredit client, long add, long nowNanos) {
    updateClient(client, add, client.params(), nowNanos);
  }

  void onParamsChanged(ClientCredit client, CreditParams next, long nowNanos) {
    advance(nowNanos);
    updateTotalCapacity(nowNanos, true);
    totalConnected += next.rechargePerMilli() - client.params().rechargePerMilli();
    updateRaiseLimit();
    updateClient(client, 0, next, nowNanos);
  }

  void onFrozen(long frozenCapacity, long nowNanos) {
    double share =
        frozenCapacity < totalConnected ? (double) frozenCapacity / (double) totalConnected : 1;
    updateTotalCapacity(nowNanos, false);
    logTotalCapacity = Math.max(logTotalCapacity - CAPACITY_DROP_FACTOR * share, minLogCapacity);
    updateTotalCapacity(nowNanos, true);
  }

  /** Brings the integrator to now, client by client that becomes full on the way. */
  private void advance(long nowNanos) {
    long fromNanos = integralNanos;
    integralNanos = nowNanos;
    while (sumRecharge > 0) {
      long demand = Math.min(sumRecharge, totalRecharge);
      double wanted = curve.valueAt(demand);
      double bonusRatio = demand > 0 && wanted > demand ? wanted / demand : 1;
      long elapsed = nowNanos - fromNanos;
      ClientCredit first = rechargeQueue.first();
      long untilFull = (long) ((double) (first.recharge.fullIntegral - integral) / bonusRatio);
      if (elapsed < untilFull) {
        integral += (long) (bonusRatio * (double) elapsed);
        return;
      }
      rechargeQueue.remove(first);
      fromNanos += untilFull;
      if (first.recharge.correctedValue < first.params().bufferLimit()) {
        first.recharge.correctedValue = first.params().bufferLimit();
        sumRecharge -= first.params().rechargePerMilli();
      }
      integral = first.recharge.fullIntegral;
    }
  }

  /** Brings a client to now, adds to its corrected value, and applies its (new) parameters. */
  private void updateClient(ClientCredit client, long add, CreditParams next, long nowNanos) {
    advance(nowNanos);
    RechargeState state = client.recharge;
    CreditParams params = client.params();
    boolean wasFull = state.correctedValue == params.bufferLimit();
    if (!wasFull) {
      long refill = (integral - state.lastIntegral) * params.rechargePerMilli() + state.remainder;
      state.correctedValue =
          Math.min(state.correctedValue + refill / FIXED_POINT, params.bufferLimit());
      state.remainder = rounding == Rounding.EXACT ? refill % FIXED_POINT : 0;
      state.lastIntegral = integral;
    }
    state.correctedValue += add + Math.max(0, next.bufferLimit() - params.bufferLimit());
    boolean isFull = state.correctedValue >= next.bufferLimit();
    if (isFull) {
      state.correctedValue = next.bufferLimit();
      state.remainder = 0;
    }
    if (!wasFull) {
      sumRecharge -= params.rechargePerMilli();
    }
    client.setParams(next);
    if (!isFull) {
      sumRecharge += next.rechargePerMilli();
      requeue(client);
    }
  }

  /** A full client stays queued until its moment comes; it is then taken out without effect. */
  private void requeue(ClientCredit client) {
    RechargeState state = client.recharge;
    CreditParams params = client.params();
    rechargeQueue.remove(client);
    state.lastIntegral = integral;
    if (params.rechargePerMilli() == 0) {
      return; // never becomes full by itself
    }
    state.fullIntegral =
        integral
            + (params.bufferLimit() - state.correctedValue)
                * FIXED_POINT
                / params.rechargePerMilli();
    rechargeQueue.add(client);
  }

  private void updateRaiseLimit() {
    if (raiseThreshold == 0) {
      logRaiseLimit = 0;
      return;
    }
    double limit = (double) (totalConnected + raiseThreshold);
    limit = Math.max(limit, (double) totalConnected * CAPACITY_RAISE_RATIO);
    logRaiseLimit = StrictMath.log(Math.max(limit, 1));
  }

  private void updateTotalCapacity(long nowNanos, boolean report) {
    long elapsed = nowNanos - capacityNanos;
    capacityNanos = nowNanos;
    if (logTotalCapacity < logRaiseLimit) {
      logTotalCapacity =
          Math.min(logTotalCapacity + CAPACITY_RAISE_PER_NANO * (double) elapsed, logRaiseLimit);
    }
    logTotalCapacity = Math.min(logTotalCapacity, maxLogCapacity);
    if (report) {
      reportCapacity();
    }
  }

  private void reportCapacity() {
    double next = StrictMath.exp(logTotalCapacity);
    if (next >= totalCapacity * UNREPORTED_DROP && next <= totalCapacity * UNREPORTED_RISE) {
      return;
    }
    totalCapacity = next;
    capacityListener.accept((long) totalCapacity);
  }

  long sumRecharge() {
    return sumRecharge;
  }

  long totalRecharge() {
    return totalRecharge;
  }

  long integral() {
    return integral;
  }

  double logTotalCapacity() {
    return logTotalCapacity;
  }

  double exactTotalCapacity() {
    return totalCapacity;
  }

  int queueLength() {
    return rechargeQueue.size();
  }
}
