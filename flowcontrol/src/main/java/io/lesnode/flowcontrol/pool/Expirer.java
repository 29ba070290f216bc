package io.lesnode.flowcontrol.pool;

/**
 * The logarithmic offset that lets {@link ExpiredValue}s expire; a value machine of one owner.
 *
 * <p>The offset grows by {@code rate / ln 2} per nanosecond, so that values fall by the factor e in
 * {@code 1 / rate} nanoseconds. The rate may change at any time, zero meaning that nothing expires.
 * A clock that jumps back stands still until it has caught up.
 *
 * <p>Reference: geth v1.10.26, les/utils/expiredvalue.go, Expirer.
 */
public final class Expirer {

  private long logOffset;
  private double rate;
  private long lastNanos;

  /** An offset of zero at a time, with nothing expiring. */
  public Expirer(long nowNanos) {
    lastNanos = nowNanos;
  }

  /**
   * Changes the rate from now on.
   *
   * @param rate the inverse of the time constant in nanoseconds; 0: nothing expires
   */
  public void setRate(double rate, long nowNanos) {
    if (!(rate >= 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("The rate of expiry must not be negative: " + rate);
    }
    logOffset = logOffset(nowNanos);
    lastNanos = Math.max(lastNanos, nowNanos);
    this.rate = rate;
  }

  /** Sets the time constant from now on: 0 means that nothing expires. */
  public void setTimeConstant(long seconds, long nowNanos) {
    setRate(seconds == 0 ? 0 : 1 / ((double) seconds * 1e9), nowNanos);
  }

  /** Sets the offset itself, as stored earlier. */
  public void setLogOffset(long logOffset, long nowNanos) {
    this.logOffset = logOffset;
    lastNanos = nowNanos;
  }

  /** The offset at a time: fixed point, 24 fractional bits. */
  public long logOffset(long nowNanos) {
    long elapsed = nowNanos - lastNanos;
    if (elapsed <= 0 || rate == 0) {
      return logOffset;
    }
    return logOffset + (long) (FixedPoint.PER_LOG * (double) elapsed * rate);
  }
}
