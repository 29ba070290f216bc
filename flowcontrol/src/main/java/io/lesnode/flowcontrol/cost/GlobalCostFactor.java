package io.lesnode.flowcontrol.cost;

/**
 * The worth of a nanosecond of this machine in cost units; confined to the node loop.
 *
 * <p>Estimates are made for a typical machine. Under load the factor follows the ratio of estimated
 * to measured serving time: two exponential sums with a time constant of one second add up measured
 * times and estimates (divided by the factor); while the larger of the two is above half of the
 * target, the logarithm of the factor falls with a time constant of 50 s when measured times are
 * larger, and rises with 200 s otherwise. Others see a new factor at most once per second.
 *
 * <p>Reference: geth v1.10.26, les/costtracker.go, gfLoop.
 */
public final class GlobalCostFactor {

  private static final double USAGE_THRESHOLD = 0.5;
  private static final double USAGE_TC_NANOS = 1e9;
  private static final double RAISE_TC_NANOS = 200e9;
  private static final double DROP_TC_NANOS = 50e9;
  private static final long PUBLISH_NANOS = 1_000_000_000;
  private static final double FIXED_POINT = 1_000_000;

  private final double targetUtilization;
  private final BaseCosts baseCosts;
  private final double thresholdNanos;
  private double logFactor;
  private double factor;
  private double publishedFactor;
  private double recentTimeNanos;
  private double recentEstimateNanos;
  private long publishedNanos;
  private long updatedNanos;

  /**
   * Starts with a stored factor and geth's average serving times.
   *
   * @param targetUtilization see {@link CostModel#targetUtilization}
   * @param logFactor natural logarithm of the stored factor; 0 when nothing is stored
   */
  public GlobalCostFactor(double targetUtilization, double logFactor, long nowNanos) {
    this(targetUtilization, logFactor, nowNanos, BaseCosts.geth());
  }

  /**
   * Starts with a stored factor.
   *
   * @param targetUtilization see {@link CostModel#targetUtilization}
   * @param logFactor natural logarithm of the factor stored for the same base costs; 0 when nothing
   *     is stored
   * @param baseCosts average serving times
   */
  public GlobalCostFactor(
      double targetUtilization, double logFactor, long nowNanos, BaseCosts baseCosts) {
    this.targetUtilization = targetUtilization;
    this.baseCosts = baseCosts;
    this.thresholdNanos = USAGE_THRESHOLD * USAGE_TC_NANOS * targetUtilization / FIXED_POINT;
    this.logFactor = logFactor;
    this.factor = StrictMath.exp(logFactor);
    this.publishedFactor = factor;
    this.publishedNanos = nowNanos;
    this.updatedNanos = nowNanos;
  }

  /**
   * Takes a served request into account; transactions are not counted, because the pool's delays
   * say little about the machine.
   *
   * @return whether a new factor was published
   */
  public boolean onServed(RequestKind kind, long amount, long servingNanos, long nowNanos) {
    if (kind == RequestKind.SEND_TX || kind == RequestKind.TX_STATUS) {
      return false;
    }
    double elapsed = (double) (nowNanos - updatedNanos);
    updatedNanos = nowNanos;
    double decay = StrictMath.exp(-elapsed / USAGE_TC_NANOS);
    double correction = correction(elapsed, decay);
    double estimate = (double) baseCosts.averageTimeNanos(kind).of(amount);
    recentTimeNanos = recentTimeNanos * decay + (double) servingNanos;
    recentEstimateNanos = recentEstimateNanos * decay + estimate / factor;
    if (correction == 0) {
      return false;
    }
    logFactor += correction;
    factor = StrictMath.exp(logFactor);
    if (nowNanos - publishedNanos <= PUBLISH_NANOS) {
      return false;
    }
    publishedNanos = nowNanos;
    publishedFactor = factor;
    return true;
  }

  /** The factor that costs are reckoned with. */
  public double value() {
    return publishedFactor;
  }

  /** The recharge that all clients may get together at this factor, in units per millisecond. */
  public long totalRecharge() {
    return (long) (publishedFactor * targetUtilization);
  }

  /** The natural logarithm of the newest factor, the value to store. */
  public double logFactor() {
    return logFactor;
  }

  /** Serving time of the last second, fading exponentially. */
  public long recentServedNanos() {
    return (long) recentTimeNanos;
  }

  /** What was expected of the same requests. */
  public long recentEstimatedNanos() {
    return (long) recentEstimateNanos;
  }

  private double correction(double elapsed, double decay) {
    double recent = Math.max(recentTimeNanos, recentEstimateNanos);
    if (recent <= thresholdNanos) {
      return 0;
    }
    double aboveNanos =
        recent * decay >= thresholdNanos
            ? elapsed
            : StrictMath.log(recent / thresholdNanos) * USAGE_TC_NANOS;
    return recentTimeNanos > recentEstimateNanos
        ? aboveNanos / -DROP_TC_NANOS
        : aboveNanos / RAISE_TC_NANOS;
  }
}
