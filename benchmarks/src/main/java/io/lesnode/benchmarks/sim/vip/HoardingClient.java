package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigInteger;

/** Buys tokens for a long time ahead as soon as it may, and no more capacity than there is free. */
final class HoardingClient extends ScriptedClient {
  private static final long POLL_SECONDS = 60;

  private final long hoardSeconds;
  private long nextPollSeconds;

  HoardingClient(Marketplace market, Person person, Strategy.Hoarder strategy) {
    super(market, person, strategy.budget());
    this.hoardSeconds = Math.max(1, strategy.hoardNanos() / 1_000_000_000L);
  }

  @Override
  void offered(OfferTerms terms) {}

  @Override
  void balanced() {
    terms().ifPresent(this::fill);
  }

  @Override
  void ticked() {
    long now = market.unixSeconds();
    if (now >= nextPollSeconds) {
      nextPollSeconds = now + POLL_SECONDS;
      askBalances();
    }
  }

  private void fill(OfferTerms terms) {
    long wanted = ServicePrice.tokensFor(terms.factors(), terms.minCapacity(), hoardSeconds);
    if (tokens() < wanted / 10 * 9) {
      BigInteger cost = Prices.wei(wanted - tokens(), terms).add(BigInteger.ONE);
      boolean unused = pay(cost.subtract(currencyWei()).min(leftWei()), 1);
    }
  }
}
