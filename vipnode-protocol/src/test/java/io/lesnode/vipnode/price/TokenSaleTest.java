package io.lesnode.vipnode.price;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.vipnode.wire.Price;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * Test A2 of docs/vip.md: 10,000 random rounds of trades, quotes and moves of the curve, as
 * TestBondingCurve of the token sale drafted for geth does them (branch tokensale2, vflux/server).
 * There the curve moves only as far as the money behind the tokens allows; here it moves freely and
 * the reserve bounds what is paid back, so that the same laws hold.
 */
class TokenSaleTest {
  private static final int ROUNDS = 10_000;
  private static final long MAX_AMOUNT = 1_000_000;

  private final SplittableRandom random = new SplittableRandom(20261121);
  private TokenMarket market = market(0, BigInteger.ZERO);
  private BigInteger money = BigInteger.ZERO;

  @Test
  void tenThousandRandomRounds() {
    for (int round = 0; round < ROUNDS; round++) {
      randomExchange();
      exchangeAtTheQuotedPrice();
      checkUnitPrice();
      moveCurve();
    }
    long rest = market.curve().soldTokens();
    if (rest > 0) {
      apply(market.exchange(-rest, -rest, UInt256.ZERO, rest));
    }
    assertThat(market.curve().soldTokens()).isZero();
    assertThat(market.reserveWei()).isZero();
    assertThat(money).isGreaterThanOrEqualTo(BigInteger.ZERO);
  }

  private void randomExchange() {
    while (true) {
      boolean isSale = random.nextBoolean() && market.curve().soldTokens() > 0;
      long one = random.nextLong(MAX_AMOUNT);
      long other = random.nextLong(MAX_AMOUNT);
      long few = Math.min(one, other);
      long many = Math.max(one, other) + 1;
      BigInteger limit =
          BigInteger.valueOf(random.nextLong(MAX_AMOUNT))
              .shiftLeft(random.nextInt(20))
              .shiftRight(10);
      TokenMarket.Outcome outcome =
          isSale
              ? market.exchange(-many, -few, wei(limit), market.curve().soldTokens())
              : market.exchange(few, many, wei(limit), 0);
      if (outcome instanceof TokenMarket.Traded traded) {
        long magnitude = Math.abs(traded.tokens());
        assertThat(magnitude).isBetween(few, many);
        BigInteger amount = traded.wei().toBigInteger();
        assertThat(isSale ? amount.compareTo(limit) >= 0 : amount.compareTo(limit) <= 0).isTrue();
        apply(outcome);
        return;
      }
      if (random.nextInt(50) == 0) {
        moveCurve();
      }
    }
  }

  /** Part of test A1: the price of a query is the price of the exchange. */
  private void exchangeAtTheQuotedPrice() {
    long sold = market.curve().soldTokens();
    long amount = random.nextLong(2 * MAX_AMOUNT + 1) - MAX_AMOUNT;
    Price price = Quotes.priceOf(market, amount);
    if (amount == 0 || amount < -sold || price instanceof Price.Infinite) {
      return;
    }
    UInt256 quoted = price.wei().orElseThrow();
    TokenMarket.Traded traded = (TokenMarket.Traded) market.exchange(amount, amount, quoted, sold);
    assertThat(traded.tokens()).isEqualTo(amount);
    assertThat(traded.wei()).isEqualTo(quoted);
    apply(traded);
  }

  /** The price of one token is near that of the law in floating point. */
  private void checkUnitPrice() {
    BondingCurve curve = market.curve();
    if (curve.tokenLimit() < 100 || curve.availableTokens() <= curve.tokenLimit() / 100) {
      return;
    }
    double x = (2.0 * curve.soldTokens() + 1) / curve.tokenLimit();
    double expected = curve.basePriceQ64().doubleValue() * 0x1p-64 * (x < 1 ? x : 1 / (2 - x));
    double price = curve.costOf(1).doubleValue();
    assertThat(price).isBetween(expected * 0.99 - 2, expected * 1.01 + 2);
  }

  private void moveCurve() {
    market =
        new TokenMarket(
            market.settings(),
            market(market.curve().soldTokens(), market.reserveWei()).curve(),
            market.reserveWei(),
            market.atSeconds());
    if (random.nextBoolean()) {
      long sold = market.curve().soldTokens();
      BigInteger before = market.reserveWei();
      market = market.withTokensOut(sold - (sold + 99) / 100);
      assertThat(market.reserveWei()).isLessThanOrEqualTo(before);
    }
  }

  private void apply(TokenMarket.Outcome outcome) {
    TokenMarket.Traded traded = (TokenMarket.Traded) outcome;
    BigInteger wei = traded.wei().toBigInteger();
    money = traded.tokens() > 0 ? money.add(wei) : money.subtract(wei);
    assertThat(traded.next().curve().soldTokens())
        .isEqualTo(market.curve().soldTokens() + traded.tokens());
    market = traded.next();
    assertThat(market.reserveWei()).isBetween(BigInteger.ZERO, money);
  }

  private TokenMarket market(long sold, BigInteger reserve) {
    long limit = random.nextLong(MAX_AMOUNT) + 1;
    BigInteger base =
        BigInteger.valueOf(random.nextLong(1L << 40) + 1).shiftLeft(random.nextInt(40));
    return new TokenMarket(
        MarketSettings.DEFAULT, new BondingCurve(sold, limit, base, BigInteger.ZERO), reserve, 0);
  }

  private static UInt256 wei(BigInteger amount) {
    return UInt256.valueOf(amount);
  }
}
