package io.lesnode.vipnode.price;

import java.math.BigInteger;

/**
 * How a token market moves with time (the token sale that was drafted for geth in April 2021).
 *
 * @param baseDriftSeconds the base price grows or falls by a factor of e in so many seconds when
 *     all, or none, of the limit is out; 4 hours there
 * @param limitDriftSeconds in so many seconds the limit would move by its whole range if all
 *     capacity stayed free; 2 hours there
 * @param freeTargetMicro the share of capacity, in millionths, that is meant to stay free: with
 *     more the limit rises, with less it falls; a tenth there
 * @param minBasePriceQ64 the base price never falls below; 10⁻⁶ wei there
 * @param maxBasePriceQ64 the base price never rises above
 * @param floorPriceQ64 the least unit price; see {@link BondingCurve}
 */
public record MarketSettings(
    long baseDriftSeconds,
    long limitDriftSeconds,
    long freeTargetMicro,
    BigInteger minBasePriceQ64,
    BigInteger maxBasePriceQ64,
    BigInteger floorPriceQ64) {

  /** The draft's values, with no floor of the unit price. */
  public static final MarketSettings DEFAULT = withFloor(BigInteger.ZERO);

  /** Checks ranges. */
  public MarketSettings {
    if (baseDriftSeconds < 1
        || limitDriftSeconds < 1
        || freeTargetMicro < 0
        || freeTargetMicro > 1_000_000
        || minBasePriceQ64.signum() <= 0
        || maxBasePriceQ64.compareTo(minBasePriceQ64) < 0
        || floorPriceQ64.signum() < 0) {
      throw new IllegalArgumentException("times and prices of a market must be positive");
    }
  }

  /**
   * The draft's values with a least unit price.
   *
   * @param floorPriceQ64 wei per token with 64 fractional bits
   */
  public static MarketSettings withFloor(BigInteger floorPriceQ64) {
    return new MarketSettings(
        4 * 3600,
        2 * 3600,
        100_000,
        BondingCurve.priceQ64(BigInteger.valueOf(1_000)),
        BigInteger.ONE.shiftLeft(BondingCurve.PRICE_BITS + 64),
        floorPriceQ64);
  }
}
