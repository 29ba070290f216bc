package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;

/**
 * Tries the service and decides shortly before its free trial ends: buys, the less likely the more
 * flaws it saw, or leaves.
 */
final class TrialClient extends ShoppingClient {
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** So long before the trial ends it makes up its mind. */
  private static final long BEFORE_END_SECONDS = 20;

  /** It watches at least so long, where there is no trial. */
  private static final long LEAST_SECONDS = 10;

  private static final double FLAWS_THAT_HALVE = 0.1;

  private final int convertPercent;
  private final double draw;
  private boolean decided;
  private long decideNanos = Long.MAX_VALUE;

  /**
   * A client on trial.
   *
   * @param draw from 0 to below 1; the lower, the readier to buy
   */
  TrialClient(Marketplace market, Person person, Strategy.TrialUser strategy, double draw) {
    super(market, person, strategy.budget(), false, 0);
    this.convertPercent = strategy.convertPercent();
    this.draw = draw;
  }

  @Override
  void connected() {
    super.connected();
    decideNanos = Long.MAX_VALUE;
  }

  @Override
  void received(VipMessage message) {
    super.received(message);
    if (message instanceof VipMessage.Offer offer && decideNanos == Long.MAX_VALUE) {
      long seconds = Math.max(LEAST_SECONDS, offer.terms().trialLeftSeconds() - BEFORE_END_SECONDS);
      decideNanos = market.nowNanos() + seconds * SECOND_NANOS;
    }
  }

  @Override
  void ticked() {
    super.ticked();
    if (!decided && market.nowNanos() >= decideNanos) {
      decided = true;
      boolean isPaidFor =
          terms().map(this::isWorthIt).orElse(false) && draw * 100 < chancePercent();
      if (isPaidFor) {
        buyFromNowOn();
      } else {
        seen.leave();
      }
    }
  }

  private boolean isWorthIt(OfferTerms terms) {
    return Prices.hourWei(terms).compareTo(hourWei()) <= 0;
  }

  private double chancePercent() {
    long answers = seen.answers() + seen.flaws();
    if (seen.answers() == 0) {
      return 0; // it was not served
    }
    double flawed = (double) seen.flaws() / answers;
    return convertPercent * StrictMath.pow(2, -flawed / FLAWS_THAT_HALVE);
  }
}
