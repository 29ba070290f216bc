package io.lesnode.vipnode.price;

import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;

/**
 * What service costs in tokens, as geth's balance tracker charges it, in integers. Stateless.
 * Reference: geth v1.10.26, les/vflux/server/balance.go: per nanosecond, the time factor and
 * capacity times the capacity factor per 1,000,000.
 */
public final class ServicePrice {
  private static final BigInteger THOUSAND = BigInteger.valueOf(1_000);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private ServicePrice() {}

  /** Tokens per second of a connection with a capacity, without requests; rounded up. */
  public static long tokensPerSecond(OfferTerms.Factors factors, long capacity) {
    return saturated(perSecondMilli(factors, capacity), THOUSAND);
  }

  /** Tokens for so many seconds of a connection with a capacity; rounded up. */
  public static long tokensFor(OfferTerms.Factors factors, long capacity, long seconds) {
    return saturated(
        perSecondMilli(factors, capacity).multiply(BigInteger.valueOf(seconds)), THOUSAND);
  }

  /** For how many whole seconds tokens pay a capacity; the greatest number if it is free. */
  public static long secondsOf(OfferTerms.Factors factors, long capacity, long tokens) {
    BigInteger price = perSecondMilli(factors, capacity);
    return price.signum() == 0
        ? Long.MAX_VALUE
        : BigInteger.valueOf(tokens).multiply(THOUSAND).divide(price).min(LONG_MAX).longValue();
  }

  /**
   * The capacity factor by which a client with a capacity pays so many tokens per second, in
   * millionths; rounded up. For what the auction awards.
   */
  public static long capacityFactorMicro(long tokensPerSecond, long capacity) {
    return saturated(
        BigInteger.valueOf(tokensPerSecond).multiply(THOUSAND), BigInteger.valueOf(capacity));
  }

  /** Thousandths of tokens per second. */
  private static BigInteger perSecondMilli(OfferTerms.Factors factors, long capacity) {
    BigInteger time = BigInteger.valueOf(factors.timeMicro()).multiply(THOUSAND).multiply(THOUSAND);
    return time.add(
        BigInteger.valueOf(factors.capacityMicro()).multiply(BigInteger.valueOf(capacity)));
  }

  private static long saturated(BigInteger numerator, BigInteger denominator) {
    return FixedPoint.ceilDivide(numerator, denominator).min(LONG_MAX).longValue();
  }
}
