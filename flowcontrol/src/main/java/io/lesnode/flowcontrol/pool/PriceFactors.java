package io.lesnode.flowcontrol.pool;

/**
 * What service costs; there is one set for positive and one for negative balances. Floating point
 * as in geth, whose parameters these are.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/balance.go, PriceFactors.
 *
 * @param time cost units per nanosecond of active connection
 * @param capacity cost units per nanosecond of active connection and 1,000,000 of capacity
 * @param request cost units per unit of request cost
 */
public record PriceFactors(double time, double capacity, double request) {

  /** Service for nothing. */
  public static final PriceFactors FREE = new PriceFactors(0, 0, 0);

  /** geth's defaults: capacity and requests are paid for. */
  public static final PriceFactors DEFAULT = new PriceFactors(0, 1, 1);

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double CAPACITY_UNIT = 1_000_000;

  /** Factors are finite and not negative. */
  public PriceFactors {
    if (!isPrice(time) || !isPrice(capacity) || !isPrice(request)) {
      throw new IllegalArgumentException(
          "Price factors must be finite and not negative: "
              + time
              + ", "
              + capacity
              + ", "
              + request);
    }
  }

  /** The price of one nanosecond of connection. */
  double perNano(long clientCapacity, double averageRequestCost) {
    return time
        + FixedPoint.unsigned(clientCapacity) * capacity / CAPACITY_UNIT
        + request * averageRequestCost;
  }

  /** What a second of connection at a capacity costs, in whole cost units. */
  public long perSecond(long clientCapacity) {
    return (long) (perNano(clientCapacity, 0) * NANOS_PER_SECOND);
  }

  private static boolean isPrice(double factor) {
    return factor >= 0 && factor < Double.POSITIVE_INFINITY;
  }
}
