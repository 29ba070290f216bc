package io.lesnode.vipnode.price;

import static io.lesnode.vipnode.price.FixedPoint.ceilDivide;
import static io.lesnode.vipnode.price.FixedPoint.floorDivide;

import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the price of tokens depends on how many there are. Immutable.
 *
 * <p>The law (the token sale that was drafted for geth in April 2021): with A tokens out, a limit L
 * and x = 2A/L, one token costs base·x while x ≤ 1, base/(2−x) above, and cannot be had at x = 2.
 * Tokens A … B together cost the integral: base·(B²−A²)/L below the middle, and base·L/2·ln((L−A) /
 * (L−B)) above it. Differs from that draft: no unit price is below a floor that the operator sets
 * (zero by default), because at A = 0 the law gives service away.
 *
 * <p>The integral is computed in integers, exactly below the middle, with 128 fractional bits of
 * the logarithm above; then it is rounded: what is paid up, what is paid back down, both beyond the
 * error of the logarithm. As the true integral telescopes, no sequence of trades on one curve gives
 * more money than it takes (test A1 of docs/vip.md).
 *
 * <p>Example: base 100 wei, L = 1,000,000. From A = 0 to 500,000 (the middle) costs 100·L/4 =
 * 25,000,000 wei, 50 wei each; the next 250,000 cost 100·L/2·ln 2 = 34,657,360 wei, 139 each.
 *
 * @param soldTokens A: tokens that are out
 * @param tokenLimit L: at least one, at most {@link #MAX_TOKENS}; A may reach it only from without
 * @param basePriceQ64 wei per token with 64 fractional bits, positive
 * @param floorPriceQ64 the least unit price, in the same unit; zero for none
 */
public record BondingCurve(
    long soldTokens, long tokenLimit, BigInteger basePriceQ64, BigInteger floorPriceQ64) {
  /** The most tokens that a curve can have, 2⁶²: sums of two stay in 63 bits. */
  public static final long MAX_TOKENS = 1L << 62;

  /** Fractional bits of unit prices. */
  public static final int PRICE_BITS = 64;

  /** Unit prices are shown per so many tokens. */
  public static final long SHOWN_TOKENS = 1_000_000_000;

  private static final int MAX_PRICE_BITS = 160;
  private static final int COST_BITS = FixedPoint.BITS + PRICE_BITS;

  /** Checks ranges. */
  public BondingCurve {
    if (soldTokens < 0 || soldTokens > MAX_TOKENS || tokenLimit < 1 || tokenLimit > MAX_TOKENS) {
      throw new IllegalArgumentException(
          "no curve of " + soldTokens + " tokens with limit " + tokenLimit);
    }
    if (basePriceQ64.signum() <= 0
        || basePriceQ64.bitLength() > MAX_PRICE_BITS
        || floorPriceQ64.signum() < 0
        || floorPriceQ64.bitLength() > MAX_PRICE_BITS) {
      throw new IllegalArgumentException("a curve's base price is positive and below 2^96 wei");
    }
  }

  /** A price of wei per 1,000,000,000 tokens with 64 fractional bits per token. */
  public static BigInteger priceQ64(BigInteger weiPer1e9) {
    return weiPer1e9.shiftLeft(PRICE_BITS).divide(BigInteger.valueOf(SHOWN_TOKENS));
  }

  /** A price with 64 fractional bits per token in wei per 1,000,000,000 tokens, rounded up. */
  public static BigInteger weiPer1e9(BigInteger priceQ64) {
    return ceilDivide(
        priceQ64.multiply(BigInteger.valueOf(SHOWN_TOKENS)), BigInteger.ONE.shiftLeft(PRICE_BITS));
  }

  /** The same curve with other tokens out. */
  public BondingCurve withSold(long tokens) {
    return new BondingCurve(tokens, tokenLimit, basePriceQ64, floorPriceQ64);
  }

  /** How many tokens can still be bought at any price. */
  public long availableTokens() {
    return Math.max(0, tokenLimit - 1 - soldTokens);
  }

  /**
   * What tokens cost now, in wei, rounded up; at least 1.
   *
   * @param tokens 1 … {@link #availableTokens}
   */
  public BigInteger costOf(long tokens) {
    if (tokens < 1 || tokens > availableTokens()) {
      throw new IllegalArgumentException(tokens + " tokens of " + availableTokens() + " to be had");
    }
    return cost(soldTokens, soldTokens + tokens, true).max(BigInteger.ONE);
  }

  /**
   * What the curve pays for tokens that are sold back now, in wei, rounded down. Tokens beyond the
   * limit, which were not bought here or were before it sank, bring nothing.
   *
   * @param tokens 0 … {@link #soldTokens}
   */
  public BigInteger refundOf(long tokens) {
    if (tokens < 0 || tokens > soldTokens) {
      throw new IllegalArgumentException(tokens + " tokens of " + soldTokens + " that are out");
    }
    long from = Math.min(soldTokens, tokenLimit - 1);
    long to = Math.min(soldTokens - tokens, from);
    return cost(to, from, false).max(BigInteger.ZERO);
  }

  /**
   * The most tokens, at most {@code maxTokens}, that cost no more than an amount of wei.
   *
   * <p>Newton's method from above on the cost before it is rounded. No token is cheaper than the
   * next one is now, which gives the first bound; the cost is a convex function, so no step goes
   * below the solution, and once a step is less than a token one or two tokens are left to go.
   */
  public long tokensFor(BigInteger wei, long maxTokens) {
    if (wei.signum() <= 0 || maxTokens < 1 || availableTokens() < 1) {
      return 0;
    }
    BigInteger least = unitPriceQ64(soldTokens).subtract(BigInteger.ONE).max(BigInteger.ONE);
    BigInteger bound = wei.shiftLeft(PRICE_BITS).divide(least);
    long tokens =
        bound.min(BigInteger.valueOf(Math.min(maxTokens, availableTokens()))).longValueExact();
    BigInteger target = wei.shiftLeft(COST_BITS);
    while (tokens > 0) {
      BigInteger excess = exactCost(soldTokens, soldTokens + tokens, true).subtract(target);
      if (excess.signum() <= 0) {
        break;
      }
      BigInteger step = excess.divide(unitPriceQ64(soldTokens + tokens).shiftLeft(FixedPoint.BITS));
      tokens -= step.max(BigInteger.ONE).min(BigInteger.valueOf(tokens)).longValueExact();
    }
    return tokens;
  }

  /**
   * The fewest tokens, of {@code minTokens} to {@code maxTokens}, that bring at least an amount of
   * wei when sold back; empty when not even all of them do.
   */
  public OptionalLong tokensToSellFor(BigInteger wei, long minTokens, long maxTokens) {
    long low = minTokens;
    long high = Math.min(maxTokens, soldTokens);
    if (low > high || refundOf(high).compareTo(wei) < 0) {
      return OptionalLong.empty();
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (refundOf(middle).compareTo(wei) >= 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return OptionalLong.of(high);
  }

  /** What one token costs now, in wei per 1,000,000,000 rounded up; empty at the limit. */
  public Optional<BigInteger> unitPriceWeiPer1e9() {
    return availableTokens() == 0
        ? Optional.empty()
        : Optional.of(weiPer1e9(unitPriceQ64(soldTokens)));
  }

  /** The unit price with so many tokens out, rounded up. */
  private BigInteger unitPriceQ64(long tokens) {
    BigInteger limit = BigInteger.valueOf(tokenLimit);
    BigInteger price =
        isAboveMiddle(tokens)
            ? ceilDivide(
                basePriceQ64.multiply(limit), BigInteger.valueOf(2 * (tokenLimit - tokens)))
            : ceilDivide(basePriceQ64.multiply(BigInteger.valueOf(2 * tokens)), limit);
    return price.max(floorPriceQ64);
  }

  /** The integral from {@code from} to {@code to}, both below the limit, in wei. */
  private BigInteger cost(long from, long to, boolean up) {
    return divide(exactCost(from, to, up), BigInteger.ONE.shiftLeft(COST_BITS), up);
  }

  /** The same with {@link #COST_BITS} fractional bits. */
  private BigInteger exactCost(long from, long to, boolean up) {
    long atFloor = Math.max(0, Math.min(to, floorEnds()) - from);
    BigInteger flat = floorPriceQ64.multiply(BigInteger.valueOf(atFloor));
    return flat.shiftLeft(FixedPoint.BITS).add(curveIntegral(from + atFloor, to, up));
  }

  /** From how many tokens on the curve is above its floor. */
  private long floorEnds() {
    if (floorPriceQ64.signum() == 0) {
      return 0;
    }
    BigInteger limit = BigInteger.valueOf(tokenLimit);
    BigInteger twice = floorPriceQ64.shiftLeft(1);
    BigInteger ends =
        floorPriceQ64.compareTo(basePriceQ64) <= 0
            ? ceilDivide(floorPriceQ64.multiply(limit), basePriceQ64.shiftLeft(1))
            : limit.subtract(floorDivide(limit.multiply(basePriceQ64), twice));
    return ends.longValueExact();
  }

  /** The integral of the curve alone, with {@link #COST_BITS} fractional bits. */
  private BigInteger curveIntegral(long from, long to, boolean up) {
    if (from >= to) {
      return BigInteger.ZERO;
    }
    BigInteger limit = BigInteger.valueOf(tokenLimit);
    BigInteger a = BigInteger.valueOf(from);
    BigInteger b = BigInteger.valueOf(to);
    if (!isAboveMiddle(to)) {
      BigInteger area = basePriceQ64.multiply(b.multiply(b).subtract(a.multiply(a)));
      return divide(area.shiftLeft(FixedPoint.BITS), limit, up);
    }
    BigInteger left = limit.subtract(b);
    if (isAboveMiddle(from)) {
      return hyperbola(limit.subtract(a), left, up);
    }
    BigInteger area =
        basePriceQ64.multiply(limit.multiply(limit).subtract(a.multiply(a).shiftLeft(2)));
    return divide(area.shiftLeft(FixedPoint.BITS - 2), limit, up)
        .add(hyperbola(limit, left.shiftLeft(1), up));
  }

  private BigInteger hyperbola(BigInteger numerator, BigInteger denominator, boolean up) {
    BigInteger ln = FixedPoint.ln(numerator, denominator);
    BigInteger bound = up ? ln.add(FixedPoint.MAX_ERROR) : ln;
    BigInteger area = basePriceQ64.multiply(BigInteger.valueOf(tokenLimit)).multiply(bound);
    return divide(area, BigInteger.TWO, up);
  }

  private boolean isAboveMiddle(long tokens) {
    return tokens > tokenLimit / 2;
  }

  private static BigInteger divide(BigInteger value, BigInteger divisor, boolean up) {
    return up ? ceilDivide(value, divisor) : floorDivide(value, divisor);
  }
}
