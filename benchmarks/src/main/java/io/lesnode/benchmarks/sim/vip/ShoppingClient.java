package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.vip.HostedPayer;
import io.lesnode.vipnode.client.Budget;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.BuyerAction;
import io.lesnode.vipnode.client.Buyers;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.HistoryEntry;
import io.lesnode.vipnode.client.Moment;
import io.lesnode.vipnode.client.PayerOutcome;
import io.lesnode.vipnode.client.ServiceValue;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Buys by the code of the real light client: its deals ({@link Buyers}), its budget, its payer. The
 * price that it accepts is what the service is worth to it.
 */
class ShoppingClient extends PayingClient {
  private final Buyers buyers;
  private final long patienceSeconds;
  private boolean tops;
  private long lastSerial;
  private @Nullable HostedPayer payer;

  /**
   * A buyer.
   *
   * @param tops whether it buys without being told
   * @param patienceSeconds how long it watches free service first
   */
  ShoppingClient(
      Marketplace market,
      Person person,
      Strategy.Budget budget,
      boolean tops,
      long patienceSeconds) {
    super(market, person);
    this.tops = tops;
    this.patienceSeconds = patienceSeconds;
    this.buyers =
        new Buyers(
            id,
            market.chainId(),
            market.genesisHash(),
            Optional.empty(),
            demand(0, Demand.DEFAULT_MAX_PRICE),
            new Budget(BudgetRules.of(budget.wei(), periodSeconds(budget))),
            server -> served(),
            this::carryOut);
  }

  static long periodSeconds(Strategy.Budget budget) {
    return Math.max(1, budget.periodNanos() / 1_000_000_000L);
  }

  private Demand demand(long capacity, UInt256 maxPrice) {
    return new Demand(
        capacity,
        1,
        maxPrice,
        Demand.STANDARD.staySeconds(),
        patienceSeconds,
        1,
        List.of(MethodId.TEST),
        UInt256.ZERO,
        tops);
  }

  private ServiceValue.Served served() {
    return new ServiceValue.Served(seen.answers(), seen.askedCost());
  }

  final Moment now() {
    return new Moment(market.nowNanos(), market.unixSeconds());
  }

  /** From now on it buys without being told, and at once. */
  final void buyFromNowOn() {
    tops = true;
    terms().ifPresent(this::adapt);
    boolean unused = buyers.buyNow(market.serverId(), now());
  }

  /** What was paid stays with the server. */
  @Override
  public final void end() {
    boolean unused = buyers.close(market.serverId(), now());
  }

  private void adapt(OfferTerms terms) {
    buyers.demand(demand(Math.max(1, wantedUnits()), Prices.tokenPrice(hourWei(), terms)));
  }

  @Override
  void connected() {
    buyers.onConnected(market.serverId(), market.serverKey(), now());
  }

  @Override
  void disconnected() {
    buyers.onDisconnected(market.serverId(), "not connected");
  }

  @Override
  void received(VipMessage message) {
    switch (message) {
      case VipMessage.Offer offer -> adapt(offer.terms());
      case VipMessage.Receipt receipt when receipt.status() == 0 -> bought(receipt.serial());
      case VipMessage.Exchanged exchanged -> bought(exchanged.lastSerial());
      default -> {}
    }
    buyers.onMessage(market.serverId(), message, now());
  }

  private void bought(long serial) {
    if (serial > lastSerial) {
      lastSerial = serial;
      books.purchases++;
    }
  }

  @Override
  void ticked() {
    buyers.tick(now());
  }

  private void carryOut(Bytes32 server, BuyerAction action) {
    switch (action) {
      case BuyerAction.Send send -> send(send.message());
      case BuyerAction.Note note -> onNote(note.entry());
      case BuyerAction.Work work -> {
        Counterparty seller = buyers.counterparty(server).orElseThrow();
        Optional<MethodTerms> method = buyers.method(server);
        Bytes unused = buyers.budget().encoded(); // what a client writes before it signs
        market.later(
            0,
            () -> {
              PayerOutcome outcome = payer().work(work, seller, method);
              buyers.onOutcome(server, work, outcome, now());
            });
      }
    }
  }

  private HostedPayer payer() {
    HostedPayer open = payer;
    if (open == null) {
      open = new HostedPayer(Marketplace.TEST_MONEY_LIMIT_WEI, market.clock());
      payer = open;
    }
    return open;
  }

  private void onNote(HistoryEntry entry) {
    switch (entry.kind()) {
      case PAID -> books.signedWei = books.signedWei.add(entry.amountWei().toUnsignedBigInteger());
      case FAULT -> books.faults++;
      case RECEIPT, EXCHANGED, DEPOSIT, WITHDRAWAL, CAPACITY, SATISFIED, REFUSED, CLOSED -> {}
    }
  }
}
