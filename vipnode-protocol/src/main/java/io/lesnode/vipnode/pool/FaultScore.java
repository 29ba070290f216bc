package io.lesnode.vipnode.pool;

/**
 * Points for faults, half of which are forgotten in a time; integers only.
 *
 * @param points at {@code sinceSeconds}; 0 … {@link #MOST}
 * @param sinceSeconds Unix time
 */
public record FaultScore(long points, long sinceSeconds) {
  /** More is not remembered: whoever mends its ways comes back within hours. */
  public static final long MOST = 100_000;

  /** Nothing held against anybody. */
  public static final FaultScore NONE = new FaultScore(0, 0);

  /** The points left at a time: halved for each half-life, linear within one. */
  public long at(long nowSeconds, long halfLifeSeconds) {
    long age = Math.max(0, nowSeconds - sinceSeconds);
    long halvings = age / halfLifeSeconds;
    if (points == 0 || halvings > 32) {
      return 0;
    }
    long left = points >> halvings;
    return left - left * (age % halfLifeSeconds) / (2 * halfLifeSeconds);
  }

  /** With a fault more. */
  public FaultScore plus(long more, long nowSeconds, long halfLifeSeconds) {
    return new FaultScore(Math.min(MOST, at(nowSeconds, halfLifeSeconds) + more), nowSeconds);
  }
}
