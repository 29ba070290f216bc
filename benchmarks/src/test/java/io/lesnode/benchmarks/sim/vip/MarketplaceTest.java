package io.lesnode.benchmarks.sim.vip;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.benchmarks.sim.scenario.VipSpec;
import io.lesnode.vipnode.auction.StandingBid;
import io.lesnode.vipnode.auction.UnitAuction;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Buyers and the real vip server on virtual time. */
class MarketplaceTest {
  private static final long SECOND = SmallWorld.SECOND;
  private static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);
  private static final Capacity TEN_TIMES =
      new Capacity(Capacity.Unit.MINIMUM_PERMILLE, 10_000, 10_000);
  private static final Strategy.Budget RICH =
      new Strategy.Budget(GWEI.multiply(1_000_000_000), 86_400 * SECOND);

  private static Strategy.Buyer buyer() {
    return new Strategy.Buyer(RICH, TEN_TIMES, GWEI.multiply(30_000));
  }

  private static VipSpec auction() {
    return spec(VipSpec.DEFAULT.trialSeconds(), true);
  }

  private static VipSpec spec(long trialSeconds, boolean auction) {
    VipSpec usual = VipSpec.DEFAULT;
    return new VipSpec(
        usual.hourPriceWei(),
        trialSeconds,
        usual.trialGuaranteedSeconds(),
        usual.trialForgottenSeconds(),
        usual.graceSeconds(),
        usual.maxSharePercent(),
        auction,
        usual.tokenExpirySeconds(),
        usual.offerSeconds(),
        usual.priceChangePercent());
  }

  private static BigInteger figure(MoneyResult result, String group, String key) {
    return result.figures().stream()
        .filter(figure -> figure.group().equals(group) && figure.key().equals(key))
        .map(Figure::value)
        .findFirst()
        .orElseThrow()
        .toBigInteger();
  }

  /** 10 ms one way: every message is where the protocol and the buyer's patience put it. */
  @Test
  void aBuyerGoesFromTheTrialToTheTopUpAtExactTimes() {
    SmallWorld world = new SmallWorld(VipSpec.DEFAULT, 100, 50, 1);
    SmallWorld.Customer customer = world.customer("buyers", 1, buyer());
    customer.come();
    world.runTo(92);
    assertThat(world.log)
        .containsExactly(
            "0 ms server Status",
            "10 ms client Status",
            "20 ms server Offer",
            "60000 ms client Open", // free service is watched for a minute
            "60010 ms server Params",
            "60020 ms client Query",
            "60030 ms server Quote",
            "60040 ms client Pay",
            "60050 ms server Receipt",
            "60060 ms client SetCapacity",
            "60070 ms server Capacity " + 10 * customer.least(),
            "91000 ms server Notice LOW", // the first purchase is small
            "91010 ms client Query",
            "91020 ms server Quote",
            "91030 ms client Pay",
            "91040 ms server Receipt");
    assertThat(customer.capacity()).isEqualTo(10 * customer.least());
    world.runTo(3_600);
    customer.client.end();
    world.runTo(3_602);
    assertThat(world.log.getLast()).endsWith("client Close");
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "buyers", "bought")).isOne();
    assertThat(figure(result, "buyers", "stayed")).isOne();
    assertThat(figure(result, "", "revenue")).isEqualTo(figure(result, "buyers", "spent"));
    assertThat(figure(result, "", "vip.converted")).isOne();
    assertThat(figure(result, "buyers", "surplus")).isPositive();
  }

  @Test
  void whoThinksItTooDearNeverPays() {
    SmallWorld world = new SmallWorld(VipSpec.DEFAULT, 100, 50, 1);
    UInt256 price = VipSpec.DEFAULT.hourPriceWei();
    Strategy.Value half = new Strategy.Value(price.divide(2), 0);
    Strategy.Value twice = new Strategy.Value(price.multiply(2), 0);
    world.customer("poor", 1, new Strategy.PriceSensitive(RICH, TEN_TIMES, half)).come();
    world.customer("rich", 2, new Strategy.PriceSensitive(RICH, TEN_TIMES, twice)).come();
    world.runTo(600);
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "poor", "spent")).isZero();
    assertThat(figure(result, "poor", "tried")).isOne();
    assertThat(figure(result, "rich", "spent")).isPositive();
  }

  /** Who saw no flaw converts with the given chance; each halving takes a tenth of flaws. */
  @Test
  void trialsConvertAsOftenAsTheyPlease() {
    SmallWorld world = new SmallWorld(spec(25, false), 400, 1_000, 7);
    Strategy.TrialUser user =
        new Strategy.TrialUser(
            RICH,
            Capacity.LEAST,
            new Strategy.Value(VipSpec.DEFAULT.hourPriceWei().multiply(3), 0),
            60,
            SECOND);
    List<SmallWorld.Customer> pleased = new ArrayList<>();
    List<SmallWorld.Customer> annoyed = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      pleased.add(world.customer("pleased", 1 + 2 * i, user));
      annoyed.add(world.customer("annoyed", 2 + 2 * i, user));
      annoyed.getLast().flaws = 10; // of 20 answers half: five tenths, a thirty-second is left
    }
    pleased.forEach(SmallWorld.Customer::come);
    annoyed.forEach(SmallWorld.Customer::come);
    world.runTo(30);
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "pleased", "tried").intValueExact()).isEqualTo(100);
    assertThat(figure(result, "pleased", "bought").intValueExact()).isBetween(45, 75);
    assertThat(figure(result, "annoyed", "bought").intValueExact()).isBetween(0, 6);
    long left = pleased.stream().filter(customer -> customer.left).count();
    assertThat(left).isEqualTo(100 - figure(result, "pleased", "bought").longValueExact());
  }

  /** What the driven server awards is what the auction's own law says of the same bids. */
  @Test
  void theAuctionClearsAsItsLawSays() {
    SmallWorld world = new SmallWorld(auction(), 100, 8, 3);
    List<SmallWorld.Customer> bidders = new ArrayList<>();
    Capacity wish = new Capacity(Capacity.Unit.MINIMUM_PERMILLE, 16_000, 16_000);
    for (int i = 1; i <= 6; i++) {
      Strategy.Value value = new Strategy.Value(VipSpec.DEFAULT.hourPriceWei().multiply(10 + i), 0);
      bidders.add(world.customer("bidders", i, new Strategy.Bidder(RICH, wish, value, 100)));
    }
    bidders.forEach(SmallWorld.Customer::come);
    world.runTo(20);
    OfferTerms terms = bidders.getFirst().client.terms().orElseThrow();
    List<StandingBid> bids = new ArrayList<>();
    world.bids.forEach(
        (id, bid) ->
            bids.add(StandingBid.within(id, bids.size(), bid.unitPrices(), bid.budgetPerSecond())));
    long reserve = Prices.hourTokens(terms) / 3_600;
    UnitAuction.Result law =
        UnitAuction.clear(bids, terms.priorityCapacity() / terms.auctionUnit(), reserve);
    assertThat(law.losingPrices()).isNotEmpty(); // there is less than is wanted
    for (SmallWorld.Customer bidder : bidders) {
      UnitAuction.Share share = law.share(bidder.client.id);
      VipMessage.Award award = bidder.client.award().orElseThrow();
      assertThat(award.units()).isEqualTo(share.units());
      assertThat(award.payPerSecond()).isEqualTo(share.payPerSecond());
    }
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "", "revenue")).isPositive();
  }

  @Test
  void speculatorsGainNothing() {
    SmallWorld world = new SmallWorld(VipSpec.DEFAULT, 100, 20, 5);
    for (int i = 1; i <= 5; i++) {
      world.customer("buyers", i, buyer()).come();
    }
    Strategy.Budget some = new Strategy.Budget(GWEI.multiply(100_000), 3_600 * SECOND);
    for (int i = 6; i <= 8; i++) {
      world.customer("speculators", i, new Strategy.Speculator(some, 110, 111)).come();
    }
    world.customer("hoarders", 9, new Strategy.Hoarder(some, 7_200 * SECOND)).come();
    world.runTo(200);
    world.market.setHourPrice(VipSpec.DEFAULT.hourPriceWei().multiply(2)); // a price shock
    world.runTo(400);
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "speculators", "tokens.sold")).isPositive();
    assertThat(figure(result, "speculators", "sold"))
        .isLessThanOrEqualTo(figure(result, "speculators", "spent"));
    assertThat(figure(result, "hoarders", "tokens.left")).isPositive();
    assertThat(figure(result, "", "price.most")).isGreaterThan(figure(result, "", "price.least"));
  }

  /**
   * finish() compares the books with clients and pool, and throws when a wei is missing. Ten
   * thousand buyers with {@code -Dsim.full=true}, some hundreds otherwise.
   */
  @Test
  void theBooksBalanceAfterManyBuyers() {
    int count = Boolean.getBoolean("sim.full") ? 10_000 : 500;
    SmallWorld world = new SmallWorld(spec(1, false), 1_000, 10_000, 9); // they decide at once
    Strategy.Buyer modest =
        new Strategy.Buyer(RICH, Capacity.LEAST, VipSpec.DEFAULT.hourPriceWei().multiply(40));
    for (int i = 1; i <= count; i++) {
      world.customer("buyers", i, modest).come();
    }
    world.runTo(4);
    MoneyResult result = world.market.finish();
    assertThat(figure(result, "buyers", "bought").intValueExact()).isEqualTo(count);
    assertThat(figure(result, "", "received")).isEqualTo(figure(result, "buyers", "spent"));
    BigInteger issued = figure(result, "", "tokens.issued");
    assertThat(issued)
        .isEqualTo(figure(result, "", "tokens.left").add(figure(result, "", "tokens.used")));
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    String first = manyStrategies(11);
    assertThat(manyStrategies(11)).isEqualTo(first);
    assertThat(manyStrategies(12)).isNotEqualTo(first);
  }

  private static String manyStrategies(long seed) {
    SmallWorld world = new SmallWorld(auction(), 100, 20, seed);
    Strategy.Value value = new Strategy.Value(VipSpec.DEFAULT.hourPriceWei().multiply(2), 800);
    for (int i = 1; i <= 10; i++) {
      world.customer("bidders", i, new Strategy.Bidder(RICH, TEN_TIMES, value, 90)).come();
      world
          .customer("shoppers", 10 + i, new Strategy.PriceSensitive(RICH, TEN_TIMES, value))
          .come();
      world
          .customer("trials", 20 + i, new Strategy.TrialUser(RICH, TEN_TIMES, value, 50, SECOND))
          .come();
    }
    world.runTo(200);
    MoneyResult result = world.market.finish();
    return world.log + "\n" + result.figures();
  }
}
