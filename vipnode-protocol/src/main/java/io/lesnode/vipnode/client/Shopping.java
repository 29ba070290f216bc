package io.lesnode.vipnode.client;

import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.vipnode.client.BuyerState.Greeting;
import io.lesnode.vipnode.client.BuyerState.Off;
import io.lesnode.vipnode.client.BuyerState.Request;
import io.lesnode.vipnode.client.BuyerState.Resting;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The decisions of a buyer: whether to buy now, what, and what to do with it. Every decision not to
 * buy has a reason that people can read. Confined to its owner.
 */
abstract class Shopping extends Deal {

  Shopping(BuyerContext context, BuyerContext.Server server, Consumer<BuyerAction> out) {
    super(context, server, out);
  }

  /** A quote: its balances tell whether more is needed, its prices what it costs. */
  void onQuote(VipMessage.Quote quote, Moment now) {
    if (desk.answer(quote)) {
      return; // somebody else had asked
    }
    if (!answers(Request.QUERY, quote.requestId())) {
      return;
    }
    failures = 0;
    nextQueryNanos = now.in(POLL_SECONDS);
    books.onBalances(quote.tokenBalance(), quote.currencyBalanceWei(), quote.lastSerial());
    rest("has a quote", now.nanos());
    OfferTerms terms = claims.terms().orElseThrow();
    if (!needsMore(terms)) {
      hungry = false;
      lowNoticed = false;
      raiseOrRest(terms, now);
      return;
    }
    hungry = true;
    Optional<Resting> reason = reasonNotToBuy(terms, now);
    if (reason.isPresent()) {
      state = reason.get();
      return;
    }
    judge(now);
    if (state instanceof Resting) {
      buy(quote, terms, now);
    }
  }

  void buy(VipMessage.Quote quote, OfferTerms terms, Moment now) {
    MethodTerms by = method;
    if (by == null || !opened) {
      return; // the quote was only about what is left; decide() goes on
    }
    switch (desk.plan(quote, terms, now)) {
      case BuyerDesk.Step.Nothing nothing -> rest(nothing.reason(), now.in(POLL_SECONDS));
      case BuyerDesk.Step.NoDeposit none -> {
        waitsForChain = true;
        examined = false;
        rest(none.reason(), now.in(POLL_SECONDS));
      }
      case BuyerDesk.Step.Exchange exchange -> exchange(exchange.message(), now);
      case BuyerDesk.Step.Deposit deposit ->
          work(
              new BuyerAction.Deposit(by.id(), deposit.amountWei()),
              "deposits " + EtherUnits.format(deposit.amountWei()));
      case BuyerDesk.Step.Pay pay ->
          work(
              new BuyerAction.Pay(by.id(), pay.amountWei()),
              "pays " + EtherUnits.format(pay.amountWei()));
    }
  }

  /** All payments have receipts: is what was bought there? */
  void afterPayment(Moment now) {
    OfferTerms terms = claims.terms().orElseThrow();
    nextPurchaseNanos = now.in(BETWEEN_PURCHASES_SECONDS);
    PurchasePlan.Buy bought = books.takePlan();
    if (bought == null) {
      nextQueryNanos = now.nanos(); // an old payment: ask what there is now
      return;
    }
    if (books.tokenBalance() < bought.tokens() / 2) {
      nextQueryNanos = now.nanos();
      if (books.currencyBalanceWei().compareTo(bought.priceWei()) < 0) {
        String cheated =
            "it credited " + books.tokenBalance() + " tokens of " + bought.tokens() + " bought";
        fault(cheated, now);
        state = new Off(cheated, now.in(HALF_SECONDS));
      }
      return; // the price moved, the money is there: exchange it by a new quote
    }
    onBought(bought.capacity(), terms, now);
  }

  void onBought(long boughtCapacity, OfferTerms terms, Moment now) {
    ordered = false;
    purchases.onBought(books.tokenBalance(), boughtCapacity, terms, now);
    purchases.onCapacity(capacity);
    hungry = false;
    lowNoticed = false;
    raiseOrRest(terms, now);
  }

  /** Our status goes out when the server's came, or when it seems to wait for ours. */
  void greet(Moment now) {
    Bytes signature = bindSignature;
    boolean due =
        claims.status().isPresent() || now.secondsSince(connectedNanos) >= STATUS_WAIT_SECONDS;
    if (state instanceof Greeting && signature != null && due && !statusSent) {
      out.accept(new BuyerAction.Send(desk.status(signature, now.unixSeconds())));
      statusSent = true;
    }
    if (state instanceof Greeting && statusSent && claims.status().isPresent()) {
      rest("waits for the offer", now.in(POLL_SECONDS));
    }
  }

  /** What to do next, if nothing is under way. */
  void decide(Moment now) {
    if (!(state instanceof Resting resting) || !now.reached(resting.untilNanos())) {
      return;
    }
    Optional<OfferTerms> terms = claims.terms();
    Optional<MethodTerms> shared = claims.method(context.demand().methods());
    if (terms.isEmpty() || shared.isEmpty()) {
      rest(
          terms.isEmpty() ? "waits for the offer" : "no payment method in common",
          now.in(POLL_SECONDS));
      return;
    }
    if (!shared.get().equals(method)) {
      method = shared.get();
      examined = false;
      opened = false;
    }
    MethodId by = shared.get().id();
    if (closing) {
      work(new BuyerAction.PrepareClose(by), "closes");
    } else if (isKnown() && (books.mustRecall() || !books.pendingIds().isEmpty())) {
      work(new BuyerAction.Recall(by), "looks for payments without receipts");
    } else {
      shop(terms.get(), shared.get(), now);
    }
  }

  void shop(OfferTerms terms, MethodTerms by, Moment now) {
    Optional<Resting> reason =
        hungry ? reasonNotToBuy(terms, now) : Optional.of(resting("is served", nextQueryNanos));
    if (reason.isEmpty() && !examined) {
      work(new BuyerAction.Examine(by), "checks the payment method");
    } else if (reason.isEmpty() && !opened) {
      work(new BuyerAction.PrepareOpen(by), "opens the payment method");
    } else if (reason.isPresent() && !(isKnown() && now.reached(nextQueryNanos))) {
      state = reason.get();
    } else if (!now.reached(earliestQueryNanos)) {
      rest("is about to ask", earliestQueryNanos); // whatever notices say, one question a second
    } else {
      earliestQueryNanos = now.in(1);
      ask(Request.QUERY, desk.query(terms, now), now);
    }
  }

  /** Whether what we have there lasts; the server's word about it is checked afterwards. */
  boolean needsMore(OfferTerms terms) {
    long lasts =
        ServicePrice.secondsOf(terms.factors(), wanted(terms), Math.max(0, books.tokenBalance()));
    boolean muchUsed = books.tokenBalance() <= books.tokensAtPurchase() / 3 * 2;
    return lasts < LOW_SECONDS || (lowNoticed && muchUsed && lasts < LOW_NOTICE_SECONDS);
  }

  Optional<Resting> reasonNotToBuy(OfferTerms terms, Moment now) {
    Demand demand = context.demand();
    UInt256 prepay = desk.prepayWei(terms, now);
    long again = now.in(POLL_SECONDS);
    if (context.budget().rules().amountWei().isZero()) {
      return Optional.of(resting("there is no budget", again));
    }
    if (!demand.topUp() && !ordered) {
      return Optional.of(resting("buys only when it is told", again));
    }
    if (terms.untilSeconds() < now.unixSeconds()) {
      return Optional.of(resting("its offer has expired", again));
    }
    if (!context.mayBuy(server.nodeId())) {
      return Optional.of(resting("other servers are worth more", now.in(LOW_SECONDS / 4)));
    }
    if (terms.tokenPriceWeiPer1e9().compareTo(demand.maxPriceWeiPer1e9()) > 0) {
      return Optional.of(
          resting(
              EtherUnits.format(terms.tokenPriceWeiPer1e9())
                  + " for 10^9 tokens is above the ceiling",
              again));
    }
    if (patient && !isKnown() && !now.reached(patienceUntilNanos)) {
      return Optional.of(resting("watches its free service", patienceUntilNanos));
    }
    if (patient && context.served(server.nodeId()).valueMicro() == 0) {
      return Optional.of(resting("it has served nothing yet", now.in(LOW_SECONDS / 12)));
    }
    if (!now.reached(nextPurchaseNanos)) {
      return Optional.of(resting("has just bought", nextPurchaseNanos));
    }
    return prepay.isZero()
        ? Optional.of(resting("the budget is used up for now", again))
        : Optional.empty();
  }

  void judge(Moment now) {
    boolean open = purchases.isOpen();
    boolean used = books.tokenBalance() <= books.tokensAtPurchase() / 4 * 3;
    Optional<String> wrong = purchases.judge(books.tokenBalance(), now);
    if (wrong.isPresent()) {
      fault(wrong.get(), now);
    } else if (open && used) {
      context.budget().onSatisfied(server.nodeId());
      note(HistoryEntry.Kind.SATISFIED, UInt256.ZERO, books.tokenBalance(), "as bought", now);
    }
  }

  void raiseOrRest(OfferTerms terms, Moment now) {
    long wanted = wanted(terms);
    if (capacity < wanted && books.tokenBalance() > 0 && now.reached(nextCapacityNanos)) {
      long limit =
          wanted > Long.MAX_VALUE / BUFFER_MILLIS ? Long.MAX_VALUE : wanted * BUFFER_MILLIS;
      ask(
          Request.CAPACITY,
          new VipMessage.SetCapacity(context.nextRequestId(), wanted, limit, 0),
          now);
    } else {
      rest("is served with capacity " + capacity, nextQueryNanos);
    }
  }

  void exchange(VipMessage.Exchange exchange, Moment now) {
    Optional<Bytes32> digest = desk.exchangeDigest(exchange);
    if (digest.isPresent()) {
      work(new BuyerAction.Sign(digest.get(), "money into service tokens"), "signs an exchange");
    } else {
      ask(Request.EXCHANGE, exchange, now);
    }
  }
}
