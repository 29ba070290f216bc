package io.lesnode.vip;

import io.lesnode.vipnode.server.SaleSettings;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a server sells.
 *
 * @param sale how clients are treated
 * @param hourPriceWei what an hour at the least capacity costs while less than half of all tokens
 *     are out: the least price there is; more demand makes it dearer
 * @param maxSharePercent how much of the capacity paying clients may have
 * @param auction whether capacity above the least is auctioned as well
 * @param expirySeconds tokens fall by the factor e in so many seconds; 0: they keep
 * @param offerSeconds for how long an offer holds; half of it later there is another
 * @param priceChangePercent a client hears at once of a price that moved by more than this
 * @param settleSeconds how often settlements are looked for
 * @param settleAtEnd whether everything worth its cost is settled when the server ends
 */
public record VipServerConfig(
    SaleSettings sale,
    UInt256 hourPriceWei,
    int maxSharePercent,
    boolean auction,
    long expirySeconds,
    long offerSeconds,
    int priceChangePercent,
    long settleSeconds,
    boolean settleAtEnd) {

  /** vipnode's price of 100 gwei a minute, and the design's times. */
  public static final VipServerConfig DEFAULT =
      new VipServerConfig(
          SaleSettings.DEFAULT,
          UInt256.valueOf(6_000L * 1_000_000_000L),
          100,
          false,
          0,
          600,
          5,
          60,
          false);

  /** Checks ranges. */
  public VipServerConfig {
    if (hourPriceWei.isZero() || hourPriceWei.bitLength() > 128) {
      throw new IllegalArgumentException(
          "the price of an hour must be more than nothing and less than 2^128 wei");
    }
    if (maxSharePercent < 0 || maxSharePercent > 100) {
      throw new IllegalArgumentException(
          "paying clients can have 0 to 100 % of the capacity, not " + maxSharePercent);
    }
    if (expirySeconds < 0 || offerSeconds < 2 || priceChangePercent < 1 || settleSeconds < 1) {
      throw new IllegalArgumentException("times of a vip server must be positive");
    }
  }

  /** The same with other treatment of clients. */
  public VipServerConfig withSale(SaleSettings settings) {
    return new VipServerConfig(
        settings,
        hourPriceWei,
        maxSharePercent,
        auction,
        expirySeconds,
        offerSeconds,
        priceChangePercent,
        settleSeconds,
        settleAtEnd);
  }

  /** The same at another price. */
  public VipServerConfig withHourPrice(UInt256 wei) {
    return new VipServerConfig(
        sale,
        wei,
        maxSharePercent,
        auction,
        expirySeconds,
        offerSeconds,
        priceChangePercent,
        settleSeconds,
        settleAtEnd);
  }

  /** The same with capacity rules. */
  public VipServerConfig withCapacity(int mostPaidPercent, boolean isAuctioned) {
    return new VipServerConfig(
        sale,
        hourPriceWei,
        mostPaidPercent,
        isAuctioned,
        expirySeconds,
        offerSeconds,
        priceChangePercent,
        settleSeconds,
        settleAtEnd);
  }

  /** The same with tokens that expire. */
  public VipServerConfig withExpiry(long seconds) {
    return new VipServerConfig(
        sale,
        hourPriceWei,
        maxSharePercent,
        auction,
        seconds,
        offerSeconds,
        priceChangePercent,
        settleSeconds,
        settleAtEnd);
  }

  /** The same with times of settlement. */
  public VipServerConfig withSettlement(long everySeconds, boolean atEnd) {
    return new VipServerConfig(
        sale,
        hourPriceWei,
        maxSharePercent,
        auction,
        expirySeconds,
        offerSeconds,
        priceChangePercent,
        everySeconds,
        atEnd);
  }
}
