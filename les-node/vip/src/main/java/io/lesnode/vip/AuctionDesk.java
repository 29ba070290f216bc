package io.lesnode.vip;

import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.payment.Refusal;
import io.lesnode.vipnode.auction.Auction;
import io.lesnode.vipnode.auction.AuctionSettings;
import io.lesnode.vipnode.auction.UnitAuction.Share;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.server.Moment;
import io.lesnode.vipnode.server.ServiceFigures;
import io.lesnode.vipnode.wire.VipMessage;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Runs the auction of capacity: who wins units has their capacity and a price factor of its own, so
 * that the pool takes what the auction says it pays. Confined to the ledger loop.
 */
final class AuctionDesk {
  private static final double MILLION = 1e6;

  private final VipHouse house;
  private final Auction auction = new Auction(AuctionSettings.DEFAULT, 0, 1);

  AuctionDesk(VipHouse house) {
    this.house = house;
  }

  long units(SoldPeer peer) {
    return auction.share(peer.id()).units();
  }

  boolean hasWon(SoldPeer peer) {
    return auction.share(peer.id()).units() > 0;
  }

  void place(SoldPeer peer, VipMessage.Bid bid) {
    supply();
    Moment now = house.now();
    switch (auction.place(peer.id(), bid, now.unixSeconds())) {
      case Auction.Accepted accepted -> {
        if (accepted.feeTokens() > 0) {
          boolean unused = house.les.withDesk(desk -> desk.charge(peer.id(), accepted.feeTokens()));
        }
        poll();
      }
      case Auction.Refused refused ->
          house.refuse(peer, bid.requestId(), new Refusal(refused.code(), refused.text()));
    }
  }

  void onLeft(SoldPeer peer) {
    auction.withdraw(peer.id());
  }

  private void supply() {
    long unit = Math.max(1, house.offers.totals().minCapacity());
    long reserve = Math.max(1, ServicePrice.tokensPerSecond(house.offers.factors(), unit));
    auction.supply(house.offers.priorityCapacity() / unit, reserve);
  }

  /** Clears if it is time, and tells whom it concerns. */
  void poll() {
    if (!house.offers.config().auction()) {
      return;
    }
    supply();
    Moment now = house.now();
    auction.poll(now.nanos(), now.unixSeconds(), this::tokensOf).forEach(this::award);
  }

  private long tokensOf(Bytes32 client) {
    return house
        .peer(client)
        .flatMap(peer -> peer.sale.figures())
        .map(ServiceFigures::tokens)
        .orElse(0L);
  }

  private void award(Auction.Change change) {
    Share share = auction.share(change.client());
    long unit = house.offers.totals().minCapacity();
    long capacity = Math.max(1, share.units()) * unit;
    PriceFactors factors = factors(share, capacity);
    house.onDesk(
        desk -> {
          desk.setPositiveFactors(change.client(), factors);
          var unused = desk.requestCapacity(change.client(), capacity, 0);
          return desk.client(change.client());
        },
        client ->
            house
                .peer(change.client())
                .ifPresent(
                    peer -> {
                      boolean unused = peer.send(change.award());
                      client.ifPresent(house::onClient);
                    }));
  }

  private PriceFactors factors(Share share, long capacity) {
    var usual = house.offers.factors();
    long capacityMicro =
        share.units() == 0
            ? usual.capacityMicro()
            : ServicePrice.capacityFactorMicro(share.payPerSecond(), capacity);
    return new PriceFactors(
        usual.timeMicro() / MILLION, capacityMicro / MILLION, usual.requestMicro() / MILLION);
  }
}
