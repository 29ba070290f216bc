package io.lesnode.vipnode.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Price;
import io.lesnode.vipnode.wire.VipMessage.Query;
import io.lesnode.vipnode.wire.VipMessage.Quote;
import java.math.BigInteger;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Tokens per second, and what a query is answered. */
class QuotesTest {
  private static final long LIMIT = 18_000_000_000_000L;
  private static final OfferTerms.Factors FACTORS = OfferTerms.Factors.DEFAULT;
  private static final TokenMarket MARKET =
      TokenMarket.opening(
              MarketSettings.DEFAULT,
              LIMIT,
              BondingCurve.priceQ64(BigInteger.valueOf(104_000_000_000L)),
              0)
          .withTokensOut(LIMIT / 2);

  /**
   * The example of the design: 16,000 of capacity cost 1.6e7 tokens per second, 5.76e10 an hour.
   */
  @Test
  void theSmallestCapacityCostsWhatGethCharges() {
    assertThat(ServicePrice.tokensPerSecond(FACTORS, 16_000)).isEqualTo(16_000_000);
    assertThat(ServicePrice.tokensFor(FACTORS, 16_000, 3600)).isEqualTo(57_600_000_000L);
    assertThat(ServicePrice.secondsOf(FACTORS, 16_000, 57_600_000_000L)).isEqualTo(3600);
    assertThat(ServicePrice.secondsOf(FACTORS, 16_000, 15_999_999)).isZero();
    assertThat(ServicePrice.tokensPerSecond(new OfferTerms.Factors(1, 0, 0), 16_000))
        .isEqualTo(1_000);
    assertThat(ServicePrice.secondsOf(new OfferTerms.Factors(0, 0, 0), 16_000, 5))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(ServicePrice.tokensFor(FACTORS, Long.MAX_VALUE, Long.MAX_VALUE))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void theFactorOfAnAwardChargesWhatWasAwarded() {
    for (long pay : List.of(1L, 33_000_000L, 16_000_001L)) {
      long factor = ServicePrice.capacityFactorMicro(pay, 32_000);
      assertThat(ServicePrice.tokensPerSecond(new OfferTerms.Factors(0, factor, 0), 32_000))
          .isBetween(pay, pay + 32);
    }
  }

  @Test
  void aQueryIsAnsweredItemByItem() {
    long tenHours = 10 * 57_600_000_000L;
    CapacityEstimate pool = (extra, bias) -> extra >= tenHours ? 160_000 : 16_000;
    Query query =
        new Query(
            7,
            180,
            3600,
            List.of(16_000L, 160_000L, 1_000_000L),
            List.of(0L, 57_600_000_000L, LIMIT, -57_600_000_000L));
    Quotes.Account account = new Quotes.Account(UInt256.valueOf(5), 600_000_000L, 3);

    Quote quote = Quotes.answer(query, 9, 60, MARKET, FACTORS, account, pool);

    assertThat(quote.capacityFor()).containsExactly(16_000L, 16_000L, 160_000L, 16_000L);
    Price hour = Price.ofWei(UInt256.valueOf(MARKET.curve().costOf(57_600_000_000L)));
    assertThat(quote.priceFor())
        .containsExactly(
            Price.ofWei(UInt256.ZERO), hour, Price.infinite(), Price.ofWei(UInt256.ZERO));
    assertThat(quote.tokensMissing().get(0)).isEqualTo(57_000_000_000L);
    // what it costs is enough for the pool too
    assertThat(quote.tokensMissing().get(1)).isBetween(575_400_000_000L, 594_000_000_000L);
    assertThat(quote.tokensMissing().get(2)).isEqualTo(Quote.NOT_TO_BE_HAD);
    assertThat(quote.tokenBalance()).isEqualTo(600_000_000L);
    assertThat(quote.lastSerial()).isEqualTo(3);
    assertThat(quote.requestId()).isEqualTo(7);
  }

  @Test
  void moreIsMissingWhenOthersHaveMorePriority() {
    long needed = 1_000_000_000_000L;
    CapacityEstimate pool = (extra, bias) -> extra >= needed ? 160_000 : 0;
    Query query = new Query(1, 0, 60, List.of(160_000L), List.of());
    Quotes.Account account = new Quotes.Account(UInt256.ZERO, 0, 0);

    Quote quote = Quotes.answer(query, 1, 1, MARKET, FACTORS, account, pool);

    assertThat(quote.tokensMissing().getFirst()).isBetween(needed, needed + needed / 16);
  }

  @Test
  void refundsAreQuotedFromTheReserveOnly() {
    assertThat(Quotes.priceOf(MARKET, Long.MIN_VALUE)).isEqualTo(Price.ofWei(UInt256.ZERO));
    TokenMarket.Traded bought =
        (TokenMarket.Traded) MARKET.exchange(1000, 1000, UInt256.valueOf(1_000_000), 0);
    // half of the tokens were given away: a token's share of the reserve is next to nothing
    assertThat(Quotes.priceOf(bought.next(), -1000)).isEqualTo(Price.ofWei(UInt256.ZERO));
  }
}
