package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;

/**
 * Buys tokens while an hour is cheap and sells them back when it is dear. What is cheap is measured
 * by the least price that the operator set at first.
 */
final class SpeculatingClient extends ScriptedClient {
  private static final BigInteger PERCENT = BigInteger.valueOf(100);
  private static final long POLL_SECONDS = 60;

  private final int buyBelowPercent;
  private final int sellAbovePercent;
  private long nextPollSeconds;
  private boolean looks;

  SpeculatingClient(Marketplace market, Person person, Strategy.Speculator strategy) {
    super(market, person, strategy.budget());
    this.buyBelowPercent = strategy.buyBelowPercent();
    this.sellAbovePercent = strategy.sellAbovePercent();
  }

  @Override
  void offered(OfferTerms terms) {}

  /** One trade for each look at its balances. */
  @Override
  void balanced() {
    if (looks) {
      looks = false;
      terms().ifPresent(this::trade);
    }
  }

  @Override
  void ticked() {
    long now = market.unixSeconds();
    if (now >= nextPollSeconds) {
      nextPollSeconds = now + POLL_SECONDS;
      looks = true;
      askBalances();
    }
  }

  private void trade(OfferTerms terms) {
    BigInteger price = terms.tokenPriceWeiPer1e9().toUnsignedBigInteger();
    BigInteger percent = price.multiply(PERCENT);
    BigInteger least = Prices.tokenPrice(market.leastHourWei(), terms).toUnsignedBigInteger();
    if (percent.compareTo(least.multiply(BigInteger.valueOf(buyBelowPercent))) < 0) {
      boolean unused = pay(leftWei(), 1);
    } else if (percent.compareTo(least.multiply(BigInteger.valueOf(sellAbovePercent))) > 0) {
      boolean unused = sell(tokens());
    }
  }
}
