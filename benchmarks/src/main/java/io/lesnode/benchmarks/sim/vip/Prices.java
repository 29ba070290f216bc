package io.lesnode.benchmarks.sim.vip;

import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/** Between prices of tokens and prices of service. */
final class Prices {
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger HOUR_SECONDS = BigInteger.valueOf(3_600);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private Prices() {}

  /** Tokens for an hour at the least capacity. */
  static long hourTokens(OfferTerms terms) {
    return Math.max(
        1,
        ServicePrice.tokensFor(
            terms.factors(), terms.minCapacity(), HOUR_SECONDS.longValueExact()));
  }

  /** What an hour at the least capacity costs by an offer, in wei. */
  static BigInteger hourWei(OfferTerms terms) {
    return wei(hourTokens(terms), terms);
  }

  /** The token price, wei per 10^9, at which an hour at the least capacity costs so much. */
  static UInt256 tokenPrice(BigInteger hourWei, OfferTerms terms) {
    return UInt256.valueOf(hourWei.multiply(BILLION).divide(BigInteger.valueOf(hourTokens(terms))));
  }

  /** What tokens cost by an offer, as if there was no curve. */
  static BigInteger wei(long tokens, OfferTerms terms) {
    return BigInteger.valueOf(tokens)
        .multiply(terms.tokenPriceWeiPer1e9().toUnsignedBigInteger())
        .divide(BILLION);
  }

  /** So many tokens can be had for money by an offer, as if there was no curve. */
  static long tokens(BigInteger wei, OfferTerms terms) {
    BigInteger price = terms.tokenPriceWeiPer1e9().toUnsignedBigInteger().max(BigInteger.ONE);
    return wei.multiply(BILLION).divide(price).min(LONG_MAX).longValue();
  }

  /** Tokens per second that are worth so much in an hour. */
  static long tokensPerSecond(BigInteger weiPerHour, OfferTerms terms) {
    BigInteger price = terms.tokenPriceWeiPer1e9().toUnsignedBigInteger().max(BigInteger.ONE);
    return weiPerHour
        .multiply(BILLION)
        .divide(price.multiply(HOUR_SECONDS))
        .min(BigInteger.valueOf(Long.MAX_VALUE >> 16))
        .longValue();
  }
}
