package io.lesnode.vip;

import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.vipnode.price.BondingCurve;
import io.lesnode.vipnode.price.MarketSettings;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.ServiceFigures;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** What the operator sees of a house; called on the ledger loop. */
final class VipReport {

  private VipReport() {}

  static VipFigures figures(VipHouse house, VipCounters counters) {
    Statement books = house.till.ledger().history().statement();
    TokenMarket market = house.till.shop().market();
    int paying = (int) house.peers().stream().filter(peer -> peer.priority).count();
    int open = (int) house.peers().stream().filter(peer -> peer.sale.isOpen()).count();
    return new VipFigures(
        open,
        paying,
        house.trials().running(house.now()),
        market.curve().soldTokens(),
        OfferDesk.price(market),
        books.total(AccountKind.REVENUE),
        books.total(AccountKind.CLIENT),
        books.total(AccountKind.CLAIM).negate(),
        books.total(AccountKind.CASHED).negate(),
        books.total(AccountKind.FEES).abs(),
        books.total(AccountKind.LOSS).abs(),
        books.total(AccountKind.FROZEN),
        books.total(AccountKind.PAYABLE),
        counters.counts());
  }

  static List<VipAdmin.Client> clients(VipHouse house) {
    return house.peers().stream().map(peer -> client(house, peer)).toList();
  }

  private static VipAdmin.Client client(VipHouse house, SoldPeer peer) {
    Optional<ServiceFigures> figures = peer.sale.figures();
    return new VipAdmin.Client(
        peer.id(),
        peer.counterparty().payAddress(),
        peer.link().remoteAddress().toString(),
        peer.sale.state().text(),
        figures.map(ServiceFigures::capacity).orElse(0L),
        figures.map(ServiceFigures::tokens).orElse(0L),
        figures.map(ServiceFigures::spendPerSecond).orElse(0L),
        house.till.currency(peer.counterparty()),
        house.auction.units(peer));
  }

  /** The same market at another least price; the base price starts there again. */
  static TokenMarket repriced(TokenMarket market, MarketSettings settings, BigInteger priceQ64) {
    BondingCurve curve = market.curve();
    return new TokenMarket(
        settings,
        new BondingCurve(
            curve.soldTokens(), curve.tokenLimit(), priceQ64, settings.floorPriceQ64()),
        market.reserveWei(),
        market.atSeconds());
  }
}
