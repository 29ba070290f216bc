package io.lesnode.vipnode.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.lesnode.payment.RefusalCode;
import java.math.BigInteger;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The market as time passes and many trade; test A1 of docs/vip.md. */
class TokenMarketTest {
  private static final long LIMIT = 18_000_000_000_000L;
  private static final long HOUR = 3600;
  private static final BigInteger BASE =
      BondingCurve.priceQ64(BigInteger.valueOf(104_000_000_000L));

  /**
   * A1: in whatever state trades and time have brought the market, to buy and to sell back at once
   * never profits, in one step or in several.
   */
  @Property(tries = 300)
  void buyingAndSellingBackNeverProfits(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TokenMarket market = wandered(random);
    TokenMarket now = market;
    BigInteger paid = BigInteger.ZERO;
    long held = 0;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      long tokens = Math.min(amount(random), now.curve().availableTokens());
      if (tokens > 0
          && now.exchange(tokens, tokens, UInt256.valueOf(now.curve().costOf(tokens)), 0)
              instanceof TokenMarket.Traded bought) {
        paid = paid.add(bought.wei().toBigInteger());
        held += bought.tokens();
        now = bought.next();
      }
    }
    BigInteger back = BigInteger.ZERO;
    while (held > 0) {
      long tokens = random.nextBoolean() ? held : random.nextLong(held) + 1;
      TokenMarket.Traded sold =
          (TokenMarket.Traded) now.exchange(-tokens, -tokens, UInt256.ZERO, held);
      back = back.add(sold.wei().toBigInteger());
      held -= tokens;
      now = sold.next();
    }
    assertThat(back).isLessThanOrEqualTo(paid);
    assertThat(now.curve().soldTokens()).isEqualTo(market.curve().soldTokens());
  }

  /** A1 with drift: alone in the market, waiting for better prices does not profit either. */
  @Property(tries = 200)
  void aLoneTraderNeverProfitsFromDrift(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TokenMarket market = TokenMarket.opening(MarketSettings.DEFAULT, LIMIT, BASE, 0);
    BigInteger balance = BigInteger.ZERO;
    for (int step = 0; step < 40; step++) {
      market = drift(market, random);
      long held = market.curve().soldTokens();
      TokenMarket.Outcome outcome =
          random.nextBoolean()
              ? market.exchange(1, amount(random), wei(random.nextLong()), 0)
              : market.exchange(-amount(random), -1, UInt256.ZERO, held);
      if (outcome instanceof TokenMarket.Traded traded) {
        BigInteger wei = traded.wei().toBigInteger();
        balance = traded.tokens() > 0 ? balance.subtract(wei) : balance.add(wei);
        market = traded.next();
      }
      assertThat(balance).isLessThanOrEqualTo(BigInteger.ZERO);
    }
  }

  /** Whoever trades and whatever moves: nothing is paid back that was not paid, or was earned. */
  @Property(tries = 200)
  void theReserveCoversEverything(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TokenMarket market = TokenMarket.opening(MarketSettings.DEFAULT, LIMIT, BASE, 0);
    BigInteger earned = BigInteger.ZERO;
    BigInteger balance = BigInteger.ZERO;
    for (int step = 0; step < 60; step++) {
      market = drift(market, random);
      long used = random.nextLong(market.curve().soldTokens() + 1) / 4;
      TokenMarket after = market.withTokensOut(market.curve().soldTokens() - used);
      earned = earned.add(market.reserveWei().subtract(after.reserveWei()));
      assertThat(after.reserveWei()).isBetween(BigInteger.ZERO, market.reserveWei());
      market = after;
      if (trade(market, random) instanceof TokenMarket.Traded traded) {
        BigInteger wei = traded.wei().toBigInteger();
        balance = traded.tokens() > 0 ? balance.add(wei) : balance.subtract(wei);
        market = traded.next();
      }
      assertThat(market.reserveWei().add(earned)).isLessThanOrEqualTo(balance);
    }
  }

  /** What money buys is the most that it can buy. */
  @Property(tries = 300)
  void noTokenMoreCouldBeHadForTheMoney(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BondingCurve curve = wandered(random).curve();
    BigInteger money = BigInteger.valueOf(random.nextLong() >>> random.nextInt(1, 60));
    long tokens = curve.tokensFor(money, Long.MAX_VALUE);
    if (tokens > 0) {
      assertThat(curve.costOf(tokens)).isLessThanOrEqualTo(money);
    }
    if (tokens < curve.availableTokens()) {
      assertThat(curve.costOf(tokens + 1)).isGreaterThan(money);
    }
  }

  @Test
  void theBasePriceFollowsTheTokensOut() {
    TokenMarket none = TokenMarket.opening(MarketSettings.DEFAULT, LIMIT, BASE, 0);
    TokenMarket all = none.withTokensOut(LIMIT);
    TokenMarket half = none.withTokensOut(LIMIT / 2);
    assertThat(ratio(none.advance(4 * HOUR, 100_000, LIMIT))).isCloseTo(1 / Math.E, within(1e-9));
    assertThat(ratio(all.advance(4 * HOUR, 100_000, LIMIT))).isCloseTo(Math.E, within(1e-9));
    assertThat(ratio(half.advance(400 * HOUR, 100_000, LIMIT))).isCloseTo(1, within(1e-9));
  }

  @Test
  void manySmallStepsOfTimeAreOneLargeOne() {
    TokenMarket market =
        TokenMarket.opening(MarketSettings.DEFAULT, LIMIT, BASE, 0).withTokensOut(LIMIT / 4);
    TokenMarket once = market.advance(HOUR, 100_000, LIMIT);
    TokenMarket often = market;
    for (long second = 1; second <= HOUR; second++) {
      often = often.advance(second, 100_000, LIMIT);
    }
    assertThat(ratio(often)).isCloseTo(ratio(once), within(1e-9));
    assertThat(often.curve().tokenLimit()).isEqualTo(LIMIT);
  }

  @Test
  void theBasePriceStaysBetweenItsBounds() {
    TokenMarket market = TokenMarket.opening(MarketSettings.DEFAULT, LIMIT, BASE, 0);
    assertThat(market.advance(365 * 24 * HOUR, 100_000, LIMIT).curve().basePriceQ64())
        .isEqualTo(MarketSettings.DEFAULT.minBasePriceQ64());
    assertThat(
            market
                .withTokensOut(LIMIT)
                .advance(365 * 24 * HOUR, 100_000, LIMIT)
                .curve()
                .basePriceQ64())
        .isEqualTo(MarketSettings.DEFAULT.maxBasePriceQ64());
  }

  @Test
  void theLimitFollowsTheFreeCapacity() {
    TokenMarket market =
        TokenMarket.opening(MarketSettings.DEFAULT, LIMIT / 2, BASE, 0).withTokensOut(1_000_000);
    // nothing free: sinks by a tenth of its range in two hours
    assertThat(market.advance(2 * HOUR, 0, LIMIT).curve().tokenLimit())
        .isEqualTo(LIMIT / 2 - LIMIT / 10);
    // all free: rises by nine tenths, but not above the greatest
    assertThat(market.advance(HOUR, 1_000_000, LIMIT).curve().tokenLimit())
        .isEqualTo(LIMIT / 2 + LIMIT / 20 * 9);
    assertThat(market.advance(2 * HOUR, 1_000_000, LIMIT).curve().tokenLimit()).isEqualTo(LIMIT);
    // it stops where nine tenths of it are out
    assertThat(market.advance(1000 * HOUR, 0, LIMIT).curve().tokenLimit()).isEqualTo(1_111_112);
    assertThat(market.advance(-5, 0, LIMIT)).isEqualTo(market);
  }

  @Test
  void anExchangeThatCannotBeIsRefusedWithAReason() {
    TokenMarket market = TokenMarket.opening(MarketSettings.DEFAULT, 1_000_000, BASE, 0);
    assertRefused(market.exchange(5, 4, wei(100), 0), RefusalCode.MALFORMED);
    assertRefused(market.exchange(-5, 4, wei(100), 0), RefusalCode.MALFORMED);
    assertRefused(market.exchange(1, 10, wei(0), 0), RefusalCode.OVER_LIMIT);
    assertRefused(
        market.exchange(2_000_000, 3_000_000, wei(Long.MAX_VALUE), 0), RefusalCode.OVER_LIMIT);
    assertRefused(market.exchange(-10, -1, wei(0), 10), RefusalCode.OVER_LIMIT);
    TokenMarket.Traded bought =
        (TokenMarket.Traded) market.exchange(1000, 1000, wei(Long.MAX_VALUE), 0);
    assertRefused(bought.next().exchange(-1000, -1000, wei(0), 999), RefusalCode.OVER_LIMIT);
    assertRefused(
        bought.next().exchange(Long.MIN_VALUE, -1, UInt256.MAX_VALUE, 1000),
        RefusalCode.OVER_LIMIT);
  }

  @Test
  void fewestTokensThatBringTheMoneyAreSold() {
    TokenMarket market = TokenMarket.opening(MarketSettings.DEFAULT, 1_000_000, BASE, 0);
    TokenMarket.Traded bought =
        (TokenMarket.Traded) market.exchange(500_000, 500_000, wei(Long.MAX_VALUE), 0);
    TokenMarket.Traded sold =
        (TokenMarket.Traded) bought.next().exchange(-400_000, -10, wei(1_000_000), 500_000);
    assertThat(sold.wei()).isGreaterThanOrEqualTo(wei(1_000_000));
    assertThat(bought.next().refundOf(-sold.tokens() - 1)).isLessThan(wei(1_000_000));
  }

  @Test
  void itComesBackAfterARestart() {
    TokenMarket market = wandered(new SplittableRandom(1));
    assertThat(TokenMarket.decode(market.settings(), market.encode())).isEqualTo(market);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenMarket.decode(MarketSettings.DEFAULT, Bytes.fromHexString("0xc101")))
        .withMessageContaining("damaged");
  }

  private static TokenMarket wandered(SplittableRandom random) {
    TokenMarket market =
        TokenMarket.opening(
            random.nextBoolean()
                ? MarketSettings.DEFAULT
                : MarketSettings.withFloor(BASE.shiftRight(1)),
            LIMIT,
            BASE.shiftLeft(random.nextInt(10)),
            0);
    for (int step = random.nextInt(30); step > 0; step--) {
      market = drift(market, random);
      market = market.withTokensOut(random.nextLong(market.curve().soldTokens() + 1));
      if (trade(market, random) instanceof TokenMarket.Traded traded) {
        market = traded.next();
      }
    }
    return market;
  }

  private static TokenMarket drift(TokenMarket market, SplittableRandom random) {
    long later = market.atSeconds() + random.nextLong(random.nextBoolean() ? 60 : 20_000);
    return market.advance(later, random.nextLong(1_000_001), LIMIT);
  }

  private static TokenMarket.Outcome trade(TokenMarket market, SplittableRandom random) {
    return random.nextInt(3) > 0
        ? market.exchange(1, amount(random), wei(random.nextLong()), 0)
        : market.exchange(-amount(random), -1, UInt256.ZERO, market.curve().soldTokens());
  }

  private static long amount(SplittableRandom random) {
    return 1 + (random.nextLong(LIMIT) >>> random.nextInt(40));
  }

  private static UInt256 wei(long amount) {
    return UInt256.valueOf(amount & Long.MAX_VALUE);
  }

  private static double ratio(TokenMarket market) {
    return market.curve().basePriceQ64().doubleValue() / BASE.doubleValue();
  }

  private static void assertRefused(TokenMarket.Outcome outcome, RefusalCode code) {
    assertThat(outcome).isInstanceOf(TokenMarket.Refused.class);
    assertThat(((TokenMarket.Refused) outcome).code()).isEqualTo(code);
  }
}
