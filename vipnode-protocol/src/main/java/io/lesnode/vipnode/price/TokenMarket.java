package io.lesnode.vipnode.price;

import io.lesnode.payment.RefusalCode;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A server's tokens for sale: the curve, and the money that stands against the tokens that are out.
 * Immutable: a trade gives the next market, which counts once the books of the trade are durable.
 *
 * <p>Tokens sold back bring what the curve pays, but never more than their share of the reserve:
 * what was paid for the tokens that are still out. So a base price that rose, or others who bought
 * dearer, cannot make the server pay back more than it was paid and has not earned; tokens that
 * were used up or expired take their share of the reserve with them, which is then earned. Differs
 * from the draft for geth, which pays whatever the curve says.
 *
 * @param settings how it moves
 * @param curve the law now
 * @param reserveWei what was paid for the tokens that are out
 * @param atSeconds Unix time to which it was advanced
 */
public record TokenMarket(
    MarketSettings settings, BondingCurve curve, BigInteger reserveWei, long atSeconds) {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final BigInteger TOKEN_BITS = BigInteger.ONE.shiftLeft(255);

  /** The steepest drift of one step, in powers of e. */
  private static final long MAX_DRIFT = 64;

  /** What became of an exchange. */
  public sealed interface Outcome {}

  /**
   * It was done.
   *
   * @param tokens bought; negative when sold back
   * @param wei paid; what was paid back when tokens are negative
   * @param next the market afterwards
   */
  public record Traded(long tokens, UInt256 wei, TokenMarket next) implements Outcome {}

  /** It was not; the text says why. */
  public record Refused(RefusalCode code, String text) implements Outcome {}

  /** Checks ranges. */
  public TokenMarket {
    if (reserveWei.signum() < 0) {
      throw new IllegalArgumentException("a reserve is not negative");
    }
  }

  /**
   * A market that has sold nothing.
   *
   * @param tokenLimit the limit at first, mostly {@link #maxTokenLimit}
   */
  public static TokenMarket opening(
      MarketSettings settings, long tokenLimit, BigInteger basePriceQ64, long nowSeconds) {
    return new TokenMarket(
        settings,
        new BondingCurve(0, tokenLimit, basePriceQ64, settings.floorPriceQ64()),
        BigInteger.ZERO,
        nowSeconds);
  }

  /**
   * The greatest limit of a server: what its whole capacity costs in half an hour. Differs from the
   * draft for geth, which forgot the unit of 1,000,000 of capacity.
   *
   * @param totalCapacity all capacity there is
   * @param capacityFactorMicro tokens per nanosecond and 1,000,000 of capacity, in millionths
   */
  public static long maxTokenLimit(long totalCapacity, long capacityFactorMicro) {
    return BigInteger.valueOf(HALF_HOUR_NANOS)
        .multiply(BigInteger.valueOf(totalCapacity))
        .multiply(BigInteger.valueOf(capacityFactorMicro))
        .divide(MILLION.multiply(MILLION))
        .max(BigInteger.ONE)
        .min(BigInteger.valueOf(BondingCurve.MAX_TOKENS))
        .longValueExact();
  }

  private static final long HALF_HOUR_NANOS = 1_800L * 1_000_000_000;

  /**
   * Moves base price and limit to a later time; nothing at an earlier one.
   *
   * @param freeShareMicro the share of capacity that was free since, in millionths
   * @param maxTokenLimit see {@link #maxTokenLimit(long, long)}
   */
  public TokenMarket advance(long nowSeconds, long freeShareMicro, long maxTokenLimit) {
    long seconds = nowSeconds - atSeconds;
    if (seconds <= 0) {
      return this;
    }
    BondingCurve moved =
        new BondingCurve(
            curve.soldTokens(),
            movedLimit(seconds, freeShareMicro, maxTokenLimit),
            movedBase(seconds),
            settings.floorPriceQ64());
    return new TokenMarket(settings, moved, reserveWei, nowSeconds);
  }

  /**
   * How many tokens are out by the books of the client pool. What was used or expired takes its
   * share of the reserve along; what was given away adds none.
   */
  public TokenMarket withTokensOut(long tokens) {
    long before = curve.soldTokens();
    if (tokens == before) {
      return this;
    }
    long after = Math.min(tokens, BondingCurve.MAX_TOKENS);
    BigInteger kept = after < before ? share(after) : reserveWei;
    return new TokenMarket(settings, curve.withSold(after), kept, atSeconds);
  }

  /** What tokens cost now; empty when so many cannot be had. */
  public Optional<UInt256> costOf(long tokens) {
    if (tokens == 0) {
      return Optional.of(UInt256.ZERO);
    }
    if (tokens > curve.availableTokens()) {
      return Optional.empty();
    }
    BigInteger cost = curve.costOf(tokens);
    return cost.bitLength() > 255 ? Optional.empty() : Optional.of(UInt256.valueOf(cost));
  }

  /** What is paid back for tokens now; tokens that are not out bring nothing. */
  public UInt256 refundOf(long tokens) {
    return UInt256.valueOf(refund(Math.min(tokens, curve.soldTokens())));
  }

  /**
   * Buys as many tokens as may be for the money, or sells back as few as bring it.
   *
   * @param minTokens the fewest to buy; negative: the most to sell back
   * @param maxTokens the most to buy; negative: the fewest to sell back
   * @param limitWei the most to pay; the least to get for tokens sold back
   * @param sellableTokens what the client has and may sell back
   */
  public Outcome exchange(long minTokens, long maxTokens, UInt256 limitWei, long sellableTokens) {
    if (minTokens > maxTokens || (minTokens < 0 && maxTokens > 0)) {
      return new Refused(
          RefusalCode.MALFORMED, "the fewest tokens must not be more than the most, of one sign");
    }
    return minTokens < 0
        ? sell(-maxTokens, -minTokens, limitWei.toBigInteger(), sellableTokens)
        : buy(minTokens, maxTokens, limitWei.toBigInteger());
  }

  private Outcome buy(long minTokens, long maxTokens, BigInteger maxWei) {
    long tokens = curve.tokensFor(maxWei.min(TOKEN_BITS), maxTokens);
    if (tokens < Math.max(1, minTokens)) {
      return new Refused(
          RefusalCode.OVER_LIMIT,
          "the money buys " + tokens + " tokens now; ask for a quote, pay more or want fewer");
    }
    BigInteger cost = curve.costOf(tokens);
    BondingCurve next = curve.withSold(curve.soldTokens() + tokens);
    return new Traded(
        tokens,
        UInt256.valueOf(cost),
        new TokenMarket(settings, next, reserveWei.add(cost), atSeconds));
  }

  private Outcome sell(long fewest, long most, BigInteger minWei, long sellableTokens) {
    long high = Math.min(most, Math.min(sellableTokens, curve.soldTokens()));
    OptionalLong tokens = fewestFor(minWei, Math.max(1, fewest), high);
    if (tokens.isEmpty()) {
      return new Refused(
          RefusalCode.OVER_LIMIT,
          "of " + high + " tokens that can be sold back none or too little is paid now");
    }
    BigInteger refund = refund(tokens.getAsLong());
    BondingCurve next = curve.withSold(curve.soldTokens() - tokens.getAsLong());
    BigInteger left = next.soldTokens() == 0 ? BigInteger.ZERO : reserveWei.subtract(refund);
    return new Traded(
        -tokens.getAsLong(),
        UInt256.valueOf(refund),
        new TokenMarket(settings, next, left, atSeconds));
  }

  private OptionalLong fewestFor(BigInteger wei, long fewest, long most) {
    if (fewest > most || refund(most).compareTo(wei) < 0) {
      return OptionalLong.empty();
    }
    long low = fewest;
    long high = most;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (refund(middle).compareTo(wei) >= 0) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return OptionalLong.of(high);
  }

  private BigInteger refund(long tokens) {
    return tokens == 0 ? BigInteger.ZERO : curve.refundOf(tokens).min(share(tokens));
  }

  /** The share of the reserve of so many of the tokens that are out, rounded down. */
  private BigInteger share(long tokens) {
    return curve.soldTokens() == 0
        ? BigInteger.ZERO
        : reserveWei
            .multiply(BigInteger.valueOf(tokens))
            .divide(BigInteger.valueOf(curve.soldTokens()));
  }

  /** base · e^((2A/L − 1) · t / drift time). */
  private BigInteger movedBase(long seconds) {
    BigInteger limit = BigInteger.valueOf(curve.tokenLimit());
    BigInteger slope =
        BigInteger.valueOf(curve.soldTokens()).shiftLeft(1).subtract(limit).min(limit);
    BigInteger numerator = slope.multiply(BigInteger.valueOf(seconds));
    BigInteger denominator = limit.multiply(BigInteger.valueOf(settings.baseDriftSeconds()));
    BigInteger most = denominator.multiply(BigInteger.valueOf(MAX_DRIFT));
    BigInteger factor = FixedPoint.exp(numerator.min(most).max(most.negate()), denominator);
    return curve
        .basePriceQ64()
        .multiply(factor)
        .shiftRight(FixedPoint.BITS)
        .max(settings.minBasePriceQ64())
        .min(settings.maxBasePriceQ64());
  }

  /**
   * The limit moves by its range in the drift time, times how much more is free than is meant to.
   * It does not sink so far that more than nine tenths of it are out.
   */
  private long movedLimit(long seconds, long freeShareMicro, long maxTokenLimit) {
    BigInteger step =
        FixedPoint.floorDivide(
            BigInteger.valueOf(maxTokenLimit)
                .multiply(BigInteger.valueOf(freeShareMicro - settings.freeTargetMicro()))
                .multiply(BigInteger.valueOf(seconds)),
            MILLION.multiply(BigInteger.valueOf(settings.limitDriftSeconds())));
    BigInteger held =
        FixedPoint.ceilDivide(
            BigInteger.valueOf(curve.soldTokens()).multiply(BigInteger.TEN), BigInteger.valueOf(9));
    BigInteger now = BigInteger.valueOf(curve.tokenLimit());
    BigInteger least = held.min(now).max(BigInteger.ONE);
    return now.add(step)
        .min(BigInteger.valueOf(maxTokenLimit))
        .max(least)
        .min(BigInteger.valueOf(BondingCurve.MAX_TOKENS))
        .longValueExact();
  }

  /** What must be kept over a restart, RLP; the settings are not part of it. */
  public Bytes encode() {
    return RLP.encodeList(
        list -> {
          list.writeLong(curve.soldTokens());
          list.writeLong(curve.tokenLimit());
          list.writeBigInteger(curve.basePriceQ64());
          list.writeBigInteger(reserveWei);
          list.writeLong(atSeconds);
        });
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static TokenMarket decode(MarketSettings settings, Bytes encoded) {
    try {
      return RlpReader.decode(
          encoded.copy(),
          reader ->
              reader.readList(
                  list -> {
                    long sold = list.readLong();
                    long limit = list.readLong();
                    BigInteger base = list.readBigInteger(20);
                    BigInteger reserve = list.readBigInteger(64);
                    return new TokenMarket(
                        settings,
                        new BondingCurve(sold, limit, base, settings.floorPriceQ64()),
                        reserve,
                        list.readLong());
                  }));
    } catch (RlpException e) {
      throw new IllegalArgumentException(
          "the stored state of the token market is damaged: " + e.getMessage(), e);
    }
  }
}
