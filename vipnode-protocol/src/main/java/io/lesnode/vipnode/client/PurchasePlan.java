package io.lesnode.vipnode.client;

import io.lesnode.payment.EtherUnits;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage.Quote;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What to buy: decided by budget, price ceiling and what the server can give. Stateless.
 *
 * <p>The question is asked in several amounts of tokens, because the price on the curve is known
 * only by asking, and up to twice of what may be paid ahead, because the answer also tells whether
 * the last purchase was good, which doubles that; the largest that fits is bought.
 */
sealed interface PurchasePlan {
  /** Less than this of the smallest capacity is not worth a message. */
  long LEAST_SECONDS = 20;

  /** The first prepayment: this much of the smallest capacity (docs/vip.md, "Budget"). */
  long FIRST_SECONDS = 900;

  /** The amounts that are asked about, in eighths of what may be paid ahead, falling. */
  List<Integer> EIGHTHS = List.of(16, 12, 8, 6, 4, 3, 2, 1);

  /**
   * Buys.
   *
   * @param tokens how many
   * @param priceWei for this, by the quote
   * @param capacity the capacity to ask for then
   */
  record Buy(long tokens, UInt256 priceWei, long capacity) implements PurchasePlan {}

  /** Buys nothing now. */
  record Not(String reason) implements PurchasePlan {}

  /** What a server that is new may be paid ahead, by its own offer and at most at our ceiling. */
  static UInt256 firstPrepayWei(OfferTerms terms, Demand demand) {
    UInt256 price = terms.tokenPriceWeiPer1e9();
    if (price.compareTo(demand.maxPriceWeiPer1e9()) > 0) {
      price = demand.maxPriceWeiPer1e9();
    }
    long tokens = ServicePrice.tokensFor(terms.factors(), terms.minCapacity(), FIRST_SECONDS);
    return costWei(tokens, price);
  }

  /** Amounts of tokens to ask about, falling; none if nothing can be had for the money. */
  static List<Long> amounts(OfferTerms terms, Demand demand, UInt256 prepayWei) {
    long stay =
        ServicePrice.tokensFor(terms.factors(), demand.wantedOf(terms), demand.staySeconds());
    long ahead = tokensFor(prepayWei, terms.tokenPriceWeiPer1e9());
    List<Long> amounts = new ArrayList<>();
    for (int eighths : EIGHTHS) {
      long tokens = Math.min(stay, saturatedProduct(ahead / 8, eighths) + ahead % 8 * eighths / 8);
      if (tokens > 0 && (amounts.isEmpty() || tokens < amounts.getLast())) {
        amounts.add(tokens);
      }
    }
    return amounts;
  }

  private static long saturatedProduct(long amount, int times) {
    return amount > (Long.MAX_VALUE >> 4) / times ? Long.MAX_VALUE >> 4 : amount * times;
  }

  /** The largest of the amounts that the quote lets us buy. */
  static PurchasePlan of(
      List<Long> amounts, Quote quote, OfferTerms terms, Demand demand, UInt256 prepayWei) {
    if (quote.priceFor().size() != amounts.size() || quote.capacityFor().size() != amounts.size()) {
      return new Not("the quote does not answer what was asked");
    }
    String reason = "the budget does not pay " + LEAST_SECONDS + " s of the smallest capacity";
    long least = ServicePrice.tokensFor(terms.factors(), terms.minCapacity(), LEAST_SECONDS);
    for (int i = 0; i < amounts.size(); i++) {
      long tokens = amounts.get(i);
      Optional<UInt256> price = quote.priceFor().get(i).wei();
      if (tokens < least) {
        return new Not(reason);
      }
      if (price.isEmpty()) {
        reason = "so many tokens cannot be had at any price";
      } else if (isAbove(price.get(), tokens, demand.maxPriceWeiPer1e9())) {
        reason = tooDear(price.get(), tokens, demand);
      } else if (price.get().compareTo(prepayWei) > 0) {
        reason = EtherUnits.format(price.get()) + " is more than may be paid ahead now";
      } else if (quote.capacityFor().get(i) < terms.minCapacity()) {
        reason = "the server has no capacity for it";
      } else {
        return new Buy(
            tokens, price.get(), Math.min(demand.wantedOf(terms), quote.capacityFor().get(i)));
      }
    }
    return new Not(reason);
  }

  private static String tooDear(UInt256 price, long tokens, Demand demand) {
    BigInteger perBillion =
        price
            .toUnsignedBigInteger()
            .multiply(BigInteger.valueOf(1_000_000_000))
            .divide(BigInteger.valueOf(tokens));
    return "the price is "
        + EtherUnits.format(perBillion)
        + " for 10^9 tokens, above the ceiling of "
        + EtherUnits.format(demand.maxPriceWeiPer1e9());
  }

  /** Whether a price is above so many wei per 1,000,000,000 tokens. */
  static boolean isAbove(UInt256 priceWei, long tokens, UInt256 weiPer1e9) {
    BigInteger allowed = weiPer1e9.toUnsignedBigInteger().multiply(BigInteger.valueOf(tokens));
    return priceWei
            .toUnsignedBigInteger()
            .multiply(BigInteger.valueOf(1_000_000_000))
            .compareTo(allowed)
        > 0;
  }

  /** The cost of tokens at a price, rounded up and saturated. */
  static UInt256 costWei(long tokens, UInt256 weiPer1e9) {
    BigInteger billion = BigInteger.valueOf(1_000_000_000);
    BigInteger cost =
        weiPer1e9
            .toUnsignedBigInteger()
            .multiply(BigInteger.valueOf(tokens))
            .add(billion.subtract(BigInteger.ONE))
            .divide(billion);
    return cost.bitLength() > 256 ? UInt256.MAX_VALUE : UInt256.valueOf(cost);
  }

  private static long tokensFor(UInt256 wei, UInt256 weiPer1e9) {
    if (weiPer1e9.isZero()) {
      return Long.MAX_VALUE;
    }
    return wei.toUnsignedBigInteger()
        .multiply(BigInteger.valueOf(1_000_000_000))
        .divide(weiPer1e9.toUnsignedBigInteger())
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }
}
