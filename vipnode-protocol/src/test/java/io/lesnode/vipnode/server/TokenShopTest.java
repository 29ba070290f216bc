package io.lesnode.vipnode.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.price.BondingCurve;
import io.lesnode.vipnode.price.MarketSettings;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.price.TokenMarket.Outcome;
import io.lesnode.vipnode.price.TokenMarket.Refused;
import io.lesnode.vipnode.price.TokenMarket.Traded;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** A quote binds once and for its life, and nobody gains by it (test A1 of docs/vip.md). */
class TokenShopTest {
  private static final Bytes32 BUYER = Bytes32.repeat((byte) 1);
  private static final Bytes32 OTHER = Bytes32.repeat((byte) 2);
  private static final UInt256 MUCH = UInt256.valueOf(10).pow(30);
  private static final long LIMIT = 1_000_000_000_000L;

  private final TokenShop shop = new TokenShop(market());
  private final Map<Bytes32, NodeRecord> records = new HashMap<>();
  private BigInteger spent = BigInteger.ZERO;

  private static TokenMarket market() {
    return TokenMarket.opening(
        MarketSettings.DEFAULT,
        LIMIT,
        BigInteger.valueOf(100).shiftLeft(BondingCurve.PRICE_BITS),
        0);
  }

  private NodeRecord record(Bytes32 node) {
    return records.getOrDefault(node, NodeRecord.NONE);
  }

  private Outcome trade(Bytes32 node, long tokens, long nowSeconds) {
    return shop.trade(
        node,
        record(node),
        tokens,
        tokens,
        tokens < 0 ? UInt256.ZERO : MUCH,
        held(node),
        nowSeconds);
  }

  private long held(Bytes32 node) {
    return record(node).basisTokens();
  }

  private Traded accept(Bytes32 node, Outcome outcome) {
    Traded traded = (Traded) outcome;
    shop.accept(node, traded);
    boolean isPurchase = traded.tokens() > 0;
    NodeRecord before = record(node);
    records.put(
        node,
        isPurchase
            ? before.bought(before.lastSerial() + 1, traded.tokens(), traded.wei())
            : before.soldBack(before.lastSerial() + 1, -traded.tokens()));
    BigInteger wei = traded.wei().toBigInteger();
    spent = isPurchase ? spent.add(wei) : spent.subtract(wei);
    return traded;
  }

  @Test
  void aQuoteBindsForItsLifeAndOnce() {
    UInt256 quoted = shop.market().costOf(1_000_000_000L).orElseThrow();
    shop.promise(BUYER, shop.market(), 30, 1_000_000_000L);
    Traded others = accept(OTHER, trade(OTHER, 500_000_000_000L, 10));
    assertThat(others.wei().isZero()).isFalse();
    UInt256 now = shop.market().costOf(1_000_000_000L).orElseThrow();
    assertThat(now.compareTo(quoted)).isPositive();
    assertThat(accept(BUYER, trade(BUYER, 1_000_000_000L, 30)).wei()).isEqualTo(quoted);
    assertThat(accept(BUYER, trade(BUYER, 1_000_000_000L, 30)).wei().compareTo(now))
        .isNotNegative();
  }

  /** Test E3, code 10. */
  @Test
  void aQuoteThatIsOverSaysSoIfItIsMissed() {
    UInt256 quoted = shop.market().costOf(1_000_000_000L).orElseThrow();
    shop.promise(BUYER, shop.market(), 30, 1_000_000_000L);
    accept(OTHER, trade(OTHER, 500_000_000_000L, 10));
    Outcome late =
        shop.trade(BUYER, NodeRecord.NONE, 1_000_000_000L, 1_000_000_000L, quoted, 0, 31);
    assertThat(late)
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.code()).isEqualTo(RefusalCode.QUOTE_EXPIRED));
    Outcome early =
        shop.trade(BUYER, NodeRecord.NONE, 1_000_000_000L, 1_000_000_000L, quoted, 0, 30);
    assertThat(early).isInstanceOf(Traded.class);
  }

  /** Test E3, code 8. */
  @Test
  void whatTheMarketDoesNotGiveIsOverTheLimit() {
    assertThat(trade(BUYER, LIMIT, 0))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.code()).isEqualTo(RefusalCode.OVER_LIMIT));
    assertThat(trade(BUYER, -5, 0))
        .isInstanceOfSatisfying(
            Refused.class, r -> assertThat(r.code()).isEqualTo(RefusalCode.OVER_LIMIT));
  }

  /**
   * The price pumped between a quoted purchase and its return: no more comes back than was paid.
   */
  @Test
  void aQuotedPurchaseIsNotSoldBackDearer() {
    accept(BUYER, trade(BUYER, 400_000_000_000L, 0)); // fills the reserve
    accept(OTHER, trade(OTHER, 100_000_000_000L, 0));
    Bytes32 thief = Bytes32.repeat((byte) 3);
    TokenMarket cheap = shop.market();
    shop.promise(thief, cheap, 30, 10_000_000_000L);
    accept(OTHER, trade(OTHER, 400_000_000_000L, 1)); // an accomplice pumps
    Traded bought = accept(thief, trade(thief, 10_000_000_000L, 2));
    Traded sold = accept(thief, trade(thief, -10_000_000_000L, 3));
    assertThat(sold.wei().compareTo(bought.wei())).isNotPositive();
  }

  /** Whatever several clients trade, with quotes or without: together they never gain. */
  @Property(tries = 300)
  void nobodyGainsByTradingAtOneTime(@ForAll @IntRange(min = 0, max = Integer.MAX_VALUE) int seed) {
    TokenShopTest market = new TokenShopTest();
    SplittableRandom random = new SplittableRandom(seed);
    for (int step = 0; step < 40; step++) {
      Bytes32 node = Bytes32.repeat((byte) (1 + random.nextInt(3)));
      switch (random.nextInt(4)) {
        case 0 ->
            market.shop.promise(
                node, market.shop.market(), random.nextInt(100), 1 + random.nextLong(LIMIT));
        case 1, 2 -> market.tryTrade(node, 1 + random.nextLong(LIMIT / 5));
        default -> {
          if (market.held(node) > 0) {
            market.tryTrade(node, -1 - random.nextLong(market.held(node)));
          }
        }
      }
      assertThat(market.spent).isNotNegative();
      market.records.values().forEach(r -> assertThat(r.basisWei()).isNotNegative());
    }
  }

  private void tryTrade(Bytes32 node, long tokens) {
    if (trade(node, tokens, 50) instanceof Traded traded) {
      Traded unused = accept(node, traded);
    }
  }

  @Test
  void aRecordSurvivesTheBooks() {
    NodeRecord record = NodeRecord.NONE.bought(7, 1_000, UInt256.valueOf(9_999));
    assertThat(NodeRecord.decode(record.encode())).isEqualTo(record);
    assertThat(record.paidFor(500)).isEqualTo(BigInteger.valueOf(4_999));
    assertThatThrownBy(() -> NodeRecord.decode(Bytes.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("damaged");
  }
}
