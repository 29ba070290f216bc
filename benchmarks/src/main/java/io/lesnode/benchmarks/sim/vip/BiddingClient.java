package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipLimits;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Bids in the auction what a unit is worth to it, or a part of that, and holds tokens for five
 * minutes of what it pays, or would pay at the reserve price.
 */
final class BiddingClient extends ScriptedClient {
  private static final BigInteger PERCENT = BigInteger.valueOf(100);
  private static final long AHEAD_SECONDS = 300;
  private static final long BID_SECONDS = 600;
  private static final long RENEW_SECONDS = 60;
  private static final long POLL_SECONDS = 30;

  private final int bidPercent;
  private VipMessage.@Nullable Award award;
  private long bidSerial;
  private long bidPrice;
  private long bidUntilSeconds;
  private long nextPollSeconds;

  BiddingClient(Marketplace market, Person person, Strategy.Bidder strategy) {
    super(market, person, strategy.budget());
    this.bidPercent = strategy.bidPercent();
  }

  @Override
  Optional<VipMessage.Award> award() {
    return isConnected() ? Optional.ofNullable(award) : Optional.empty();
  }

  @Override
  void disconnected() {
    super.disconnected();
    award = null;
    bidUntilSeconds = 0;
    bidPrice = 0;
  }

  @Override
  void offered(OfferTerms terms) {
    act(terms);
  }

  @Override
  void balanced() {
    terms().ifPresent(this::act);
  }

  @Override
  void heard(VipMessage message) {
    if (message instanceof VipMessage.Award won) {
      award = won;
    }
  }

  @Override
  void ticked() {
    long now = market.unixSeconds();
    if (now >= nextPollSeconds) {
      nextPollSeconds = now + POLL_SECONDS;
      askBalances();
    }
  }

  /** What it bids for a unit, tokens per second; 0: it is not worth it. */
  private long unitPrice(OfferTerms terms) {
    BigInteger hourWei = hourWei().multiply(BigInteger.valueOf(bidPercent)).divide(PERCENT);
    long price = Prices.tokensPerSecond(hourWei, terms);
    long reserve = ServicePrice.tokensPerSecond(terms.factors(), terms.minCapacity());
    return price < reserve ? 0 : price;
  }

  private long units(OfferTerms terms) {
    return Math.clamp(wantedUnits() / Math.max(1, terms.minCapacity()), 1, VipLimits.BID_UNITS);
  }

  private void act(OfferTerms terms) {
    if (terms.auctionUnit() == 0) {
      return;
    }
    long price = unitPrice(terms);
    if (price > 0) {
      buyAhead(terms, payPerSecond(terms));
    }
    bid(terms, price);
  }

  private long payPerSecond(OfferTerms terms) {
    VipMessage.Award won = award;
    long least = ServicePrice.tokensPerSecond(terms.factors(), terms.minCapacity());
    return won != null && won.units() > 0
        ? Math.max(won.payPerSecond(), least)
        : least * units(terms);
  }

  private void buyAhead(OfferTerms terms, long perSecond) {
    long wanted = perSecond > Long.MAX_VALUE / AHEAD_SECONDS ? 0 : perSecond * AHEAD_SECONDS;
    if (tokens() >= wanted / 2) {
      return;
    }
    BigInteger cost = Prices.wei(wanted - tokens(), terms).add(BigInteger.ONE);
    BigInteger paid = cost.subtract(currencyWei()).min(leftWei());
    boolean unused = pay(paid, 1);
  }

  private void bid(OfferTerms terms, long price) {
    long now = market.unixSeconds();
    boolean isStanding = bidUntilSeconds > now;
    boolean isSame = Math.abs(price - bidPrice) <= bidPrice / 50;
    if (price == 0 && !isStanding) {
      return; // there is nothing to revoke
    }
    if (price > 0 && (tokens() <= 0 || (isStanding && isSame && !isEnding(now)))) {
      return;
    }
    int count = price == 0 ? 0 : (int) units(terms);
    bidPrice = price;
    bidUntilSeconds = price == 0 ? 0 : now + BID_SECONDS;
    send(
        new VipMessage.Bid(
            nextRequestId(),
            ++bidSerial,
            Collections.nCopies(count, price),
            price * count,
            Math.max(now, bidUntilSeconds)));
  }

  private boolean isEnding(long now) {
    return bidUntilSeconds - now < RENEW_SECONDS;
  }
}
