package io.lesnode.vip;

import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.vipnode.price.Quotes;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Makes offers to the peers of a {@link VipHouse} and answers their queries. Confined to the ledger
 * loop.
 */
final class PriceDesk {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final VipHouse house;
  private final List<Consumer<OfferTerms>> offerListeners = new ArrayList<>();
  private VipMessage.@Nullable Offer newest;

  PriceDesk(VipHouse house) {
    this.house = house;
  }

  /** The newest offer to everybody, once there is one. */
  VipMessage.@Nullable Offer newestOffer() {
    return newest;
  }

  private long guaranteedSeconds() {
    return house.offers.config().sale().trialGuaranteedSeconds();
  }

  void offer(SoldPeer peer, long trialLeftSeconds) {
    OfferTerms terms =
        house.offers.terms(
            house.till.shop().market(),
            trialLeftSeconds,
            guaranteedSeconds(),
            house.till.nowSeconds() * 1000);
    peer.offered = terms;
    peer.offeredAtNanos = house.loop.nowNanos();
    house.counters.onOffer();
    boolean unused = peer.send(house.offers.sign(terms));
  }

  /** Who was offered other prices, or long ago, is offered those of now; at most every 10 s. */
  void renew() {
    TokenMarket market = house.till.shop().market();
    long now = house.loop.nowNanos();
    OfferTerms everybody = newest == null ? null : newest.terms();
    if (everybody == null || isDue(everybody, market)) {
      makeOffer();
    }
    for (SoldPeer peer : house.peers()) {
      OfferTerms offered = peer.offered;
      if (peer.sale.isOpen()
          && offered != null
          && now - peer.offeredAtNanos >= 10 * SECOND_NANOS
          && isDue(offered, market)) {
        if (house.offers.isNews(offered, market)) {
          house.take(peer, peer.sale.onNews(NoticeKind.PRICE_CHANGE, 0, Bytes.EMPTY));
        }
        offer(peer, peer.sale.trialLeftSeconds(house.now()));
      }
    }
  }

  /** Offers everybody what there is now. */
  void makeOffer() {
    OfferTerms terms =
        house.offers.terms(
            house.till.shop().market(),
            house.offers.config().sale().trialSeconds(),
            guaranteedSeconds(),
            house.till.nowSeconds() * 1000);
    newest = house.offers.sign(terms);
    offerListeners.forEach(listener -> listener.accept(terms));
  }

  void onOffer(Consumer<OfferTerms> listener) {
    offerListeners.add(listener);
  }

  private boolean isDue(OfferTerms offered, TokenMarket market) {
    long age = house.till.nowSeconds() - offered.fromSeconds();
    return house.offers.isNews(offered, market) || age * 2 >= house.offers.config().offerSeconds();
  }

  /** Prices or pools changed by order of the operator: everybody hears at the next survey. */
  void forgetOffers() {
    newest = null;
  }

  void answer(SoldPeer peer, VipMessage.Query query) {
    if (!peer.mayQuery(house.now())) {
      house.refuse(
          peer,
          query.requestId(),
          new Refusal(
              RefusalCode.RATE_LIMITED, "two queries a second are answered", 1, Bytes.EMPTY));
      return;
    }
    TokenMarket market = house.till.shop().market();
    long quoteId = house.till.shop().nextQuoteId();
    long until = house.till.nowSeconds() + house.offers.config().sale().quoteSeconds();
    UInt256 money = house.till.currency(peer.counterparty());
    long serial = house.till.record(peer.counterparty()).lastSerial();
    OfferTerms.Factors factors = house.offers.factors();
    VipMessage.Query bounded =
        new VipMessage.Query(
            query.requestId(),
            VipHouse.bias(query.biasSeconds()),
            Math.min(query.staySeconds(), VipHouse.MAX_BIAS_SECONDS),
            query.capacities(),
            query.tokenAmounts());
    house.onDesk(
        desk ->
            Quotes.answer(
                bounded,
                quoteId,
                until,
                market,
                factors,
                new Quotes.Account(money, desk.tokens(peer.id()), serial),
                (tokens, biasSeconds) ->
                    desk.capacities(
                            peer.id(), List.of(tokens), TimeUnit.SECONDS.toNanos(biasSeconds))
                        .getFirst()),
        quote -> {
          house.counters.onQuote();
          long most = query.tokenAmounts().stream().mapToLong(tokens -> tokens).max().orElse(0);
          long missing =
              quote.tokensMissing().stream()
                  .mapToLong(tokens -> tokens)
                  .filter(tokens -> tokens != VipMessage.Quote.NOT_TO_BE_HAD)
                  .max()
                  .orElse(0);
          house.till.shop().promise(peer.id(), market, until, Math.max(most, missing));
          boolean unused = peer.send(quote);
        });
  }
}
