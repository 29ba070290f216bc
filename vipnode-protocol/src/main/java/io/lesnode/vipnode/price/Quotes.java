package io.lesnode.vipnode.price;

import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Price;
import io.lesnode.vipnode.wire.VipMessage.Query;
import io.lesnode.vipnode.wire.VipMessage.Quote;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;

/** Answers queries from the market and the client pool; changes nothing. Stateless. */
public final class Quotes {
  /** Doublings of the tokens tried for a capacity; then it is not to be had. */
  private static final int MAX_DOUBLINGS = 40;

  /** Halvings of the interval that the doublings left: what is missing is told to a 32nd. */
  private static final int HALVINGS = 5;

  /**
   * What a client has with us.
   *
   * @param currencyBalanceWei its money
   * @param tokenBalance its tokens
   * @param lastSerial the serial of its last exchange
   */
  public record Account(UInt256 currencyBalanceWei, long tokenBalance, long lastSerial) {}

  private Quotes() {}

  /**
   * The answer to a query.
   *
   * @param untilSeconds until when the prices bind
   */
  public static Quote answer(
      Query query,
      long quoteId,
      long untilSeconds,
      TokenMarket market,
      OfferTerms.Factors factors,
      Account account,
      CapacityEstimate pool) {
    List<Long> capacities =
        query.tokenAmounts().stream()
            .map(tokens -> pool.capacityWith(tokens, query.biasSeconds()))
            .toList();
    List<Price> prices =
        query.tokenAmounts().stream().map(tokens -> priceOf(market, tokens)).toList();
    List<Long> missing =
        query.capacities().stream()
            .map(
                capacity ->
                    missingTokens(
                        capacity,
                        ServicePrice.tokensFor(factors, capacity, query.staySeconds()),
                        query.biasSeconds(),
                        account.tokenBalance(),
                        pool))
            .toList();
    return new Quote(
        query.requestId(),
        quoteId,
        untilSeconds,
        capacities,
        prices,
        missing,
        account.currencyBalanceWei(),
        account.tokenBalance(),
        account.lastSerial());
  }

  /** What an amount of tokens costs now; for a negative amount what is paid back. */
  public static Price priceOf(TokenMarket market, long tokens) {
    return tokens < 0
        ? Price.ofWei(market.refundOf(tokens == Long.MIN_VALUE ? Long.MAX_VALUE : -tokens))
        : market.costOf(tokens).map(Price::ofWei).orElseGet(Price::infinite);
  }

  /**
   * How many tokens must be bought to hold a capacity: those that it will cost, and more if others
   * would hold it otherwise.
   */
  private static long missingTokens(
      long capacity, long spent, long biasSeconds, long balance, CapacityEstimate pool) {
    long fewest = Math.max(0, spent - balance);
    if (fewest == Quote.NOT_TO_BE_HAD) {
      return fewest;
    }
    if (pool.capacityWith(fewest, biasSeconds) >= capacity) {
      return fewest;
    }
    long low = fewest;
    long high = Math.max(1, fewest);
    for (int i = 0; ; i++) {
      if (i == MAX_DOUBLINGS || high > BondingCurve.MAX_TOKENS / 2) {
        return Quote.NOT_TO_BE_HAD;
      }
      high *= 2;
      if (pool.capacityWith(high, biasSeconds) >= capacity) {
        break;
      }
      low = high;
    }
    for (int i = 0; i < HALVINGS && high - low > 1; i++) {
      long middle = low + (high - low) / 2;
      if (pool.capacityWith(middle, biasSeconds) >= capacity) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
