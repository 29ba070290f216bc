package io.lesnode.vipnode.client;

import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.vipnode.client.BuyerState.Asking;
import io.lesnode.vipnode.client.BuyerState.Away;
import io.lesnode.vipnode.client.BuyerState.Greeting;
import io.lesnode.vipnode.client.BuyerState.Off;
import io.lesnode.vipnode.client.BuyerState.Request;
import io.lesnode.vipnode.client.BuyerState.Resting;
import io.lesnode.vipnode.client.BuyerState.Settling;
import io.lesnode.vipnode.client.BuyerState.Working;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Deals with one server: what to ask it, what to believe, what to pay (docs/vip.md, "The buyer").
 * Lives as long as the client; connections come and go. Confined to the owner of {@link Buyers}.
 *
 * <p><b>What can be lost.</b> Nothing is paid before the server served for nothing, and no second
 * payment is made while one has no receipt: a server that vanishes, lies or breaks takes one
 * prepayment, which began small. Every payment is within the {@link Budget}. Whatever a server
 * says, the worst that happens is that it is left alone.
 *
 * <p><b>The round.</b> handshake → offer → free service is watched → the payment method is checked
 * and opened → query → quote → payment → receipt → capacity → rest until a notice or our own
 * reckoning says that tokens run low → query … After a reconnection payments without receipt are
 * sent again with the same ids first, and what is left there is used up before anything is bought.
 */
final class Buyer {
  private static final long STATUS_WAIT_SECONDS = 3;
  private static final long GREETING_SECONDS = 60;
  private static final long REQUEST_SECONDS = 15;
  private static final long RECEIPT_SECONDS = 30;
  private static final long POLL_SECONDS = 60;
  private static final long BETWEEN_PURCHASES_SECONDS = 5;
  private static final long LOW_SECONDS = 60;
  private static final long LOW_NOTICE_SECONDS = 180;
  private static final long BUFFER_MILLIS = 6_000;
  private static final int MOST_TRIES = 3;
  private static final int MOST_FAULTS = 3;
  private static final long LONG_SECONDS = 3_600;
  private static final long HALF_SECONDS = 600;

  private final BuyerContext context;
  private final BuyerContext.Server server;
  private final Consumer<BuyerAction> out;
  private final ServerClaims claims;
  private final Purchases purchases = new Purchases();
  private final BuyerLedger books;
  private final BuyerDesk desk;

  private BuyerState state = new Away("not connected yet");
  private @Nullable Bytes bindSignature;
  private boolean statusSent;
  private long connectedNanos;
  private long patienceUntilNanos;
  private boolean patient = true;
  private boolean hungry = true;
  private boolean lowNoticed;
  private boolean closing;
  private boolean ordered;
  private boolean waitsForChain;
  private long nextQueryNanos;
  private long earliestQueryNanos;
  private long nextPurchaseNanos;
  private long nextCapacityNanos;
  private long capacity;
  private long capacityLimit = Long.MAX_VALUE;
  private int failures;
  private int faults;
  private @Nullable MethodTerms method;
  private boolean examined;
  private boolean opened;

  Buyer(BuyerContext context, BuyerContext.Server server, Consumer<BuyerAction> out) {
    this.context = context;
    this.server = server;
    this.out = out;
    this.claims = new ServerClaims(context.self(), server);
    this.books = new BuyerLedger();
    this.desk = new BuyerDesk(context, server, claims, books);
  }

  // ------------------------------------------------------------------ connection

  /** vip was agreed on with the server, on a new connection. */
  void onConnected(Moment now) {
    claims.restart();
    books.restart();
    bindSignature = null;
    statusSent = false;
    examined = false;
    opened = false;
    capacity = 0;
    failures = 0;
    faults = 0;
    connectedNanos = now.nanos();
    patienceUntilNanos = now.in(context.demand().patienceSeconds());
    nextQueryNanos = now.nanos();
    earliestQueryNanos = now.nanos();
    nextPurchaseNanos = now.nanos();
    nextCapacityNanos = now.nanos();
    hungry = true;
    state = new Greeting(now.nanos());
    Optional<Bytes32> digest = desk.bindDigest();
    if (digest.isPresent()) {
      out.accept(new BuyerAction.Sign(digest.get(), "our account belongs to our node"));
    } else {
      bindSignature = Bytes.EMPTY;
    }
  }

  /** The connection is gone. What is left with the server stays there. */
  void onDisconnected(String reason) {
    state = new Away(reason);
    desk.failQuestions(reason);
  }

  /** The server broke the protocol: vip is over for this connection. */
  void onBroken(String reason, Moment now) {
    fault(reason, now);
    state = new Off(reason, now.in(LONG_SECONDS));
  }

  // ------------------------------------------------------------------ messages

  void onMessage(VipMessage message, Moment now) {
    switch (message) {
      case VipMessage.Status status -> onStatus(status, now);
      case VipMessage.Offer offer -> onOffer(offer, now);
      case VipMessage.Quote quote -> onQuote(quote, now);
      case VipMessage.Params params -> onParams(params);
      case VipMessage.Receipt receipt -> onReceipt(receipt, now);
      case VipMessage.Exchanged exchanged -> onExchanged(exchanged, now);
      case VipMessage.Capacity granted -> onCapacity(granted, now);
      case VipMessage.Notice notice -> onNotice(notice, now);
      case VipMessage.Refuse refuse -> onRefuse(refuse, now);
      case VipMessage.Close close -> onClose(close, now);
      case VipMessage.Award award -> {} // we never bid
      case VipMessage.PoolState pool -> {} // of pools, which are other peers
      case VipMessage.PoolMatch match -> {}
      case VipMessage.Usage usage -> {}
      case VipMessage.Query query -> {} // what only clients send means nothing to us
      case VipMessage.Bid bid -> {}
      case VipMessage.Open open -> {}
      case VipMessage.Pay pay -> {}
      case VipMessage.Exchange exchange -> {}
      case VipMessage.SetCapacity set -> {}
      case VipMessage.PoolJoin join -> {}
    }
    greet(now);
    decide(now);
  }

  private void onStatus(VipMessage.Status status, Moment now) {
    if (claims.status().isPresent()) {
      return; // only the first counts
    }
    claims
        .take(status)
        .ifPresent(wrong -> state = new Off("not bought from: " + wrong, now.in(LONG_SECONDS)));
  }

  private void onOffer(VipMessage.Offer offer, Moment now) {
    boolean first = claims.terms().isEmpty();
    Optional<String> wrong = claims.take(offer, now.unixSeconds());
    if (wrong.isPresent()) {
      fault(wrong.get(), now);
      return;
    }
    OfferTerms terms = offer.terms();
    if (first || patient) {
      long trialEnd = now.in(Math.min(LONG_SECONDS, terms.trialLeftSeconds()));
      if (patienceUntilNanos - trialEnd > 0) {
        patienceUntilNanos = trialEnd;
      }
    }
    wake(now);
  }

  private void onQuote(VipMessage.Quote quote, Moment now) {
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

  private void buy(VipMessage.Quote quote, OfferTerms terms, Moment now) {
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

  private void onParams(VipMessage.Params params) {
    MethodTerms by = method;
    if (by != null
        && params.method() == by.id().number()
        && answers(Request.OPEN, params.requestId())) {
      failures = 0;
      books.onStatus(params.status());
      work(
          new BuyerAction.TakeParams(
              by.id(), new io.lesnode.payment.Params(params.status(), params.data())),
          "compares what the server knows with what we know");
    }
  }

  private void onReceipt(VipMessage.Receipt receipt, Moment now) {
    UInt256 amount = books.pendingAmount(receipt.payId());
    MethodTerms by = method;
    if (amount == null || by == null) {
      return; // of a payment that is settled, or of nobody's
    }
    if (receipt.status() != 0) {
      onRefusedPayment(receipt, by.id(), now);
      return;
    }
    if (!desk.isSigned(receipt, by.id())) {
      fault("a receipt is not signed by the server", now);
      state = new Off("a receipt is not signed by the server", now.in(HALF_SECONDS));
      return;
    }
    books.onReceipt(receipt);
    out.accept(new BuyerAction.Acknowledge(by.id(), receipt.payId(), receipt.cumulativeWei()));
    note(HistoryEntry.Kind.RECEIPT, amount, receipt.tokenBalance(), "accepted", now);
    if (state instanceof Settling settling && !books.hasPending(settling.payIds())) {
      failures = 0;
      rest("has paid", now.nanos());
      afterPayment(now);
    }
  }

  private void afterPayment(Moment now) {
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

  private void onBought(long boughtCapacity, OfferTerms terms, Moment now) {
    ordered = false;
    purchases.onBought(books.tokenBalance(), boughtCapacity, terms, now);
    purchases.onCapacity(capacity);
    hungry = false;
    lowNoticed = false;
    raiseOrRest(terms, now);
  }

  private void onRefusedPayment(VipMessage.Receipt receipt, MethodId by, Moment now) {
    RefusalStep step = RefusalStep.of(receipt.refusalCode(), 0);
    if (step instanceof RefusalStep.Repair && !receipt.evidence().isEmpty()) {
      if (books.repaired()) {
        fault("it calls a payment stale again after the evidence was taken over", now);
        state = new Off("it denies a payment that it has", now.in(LONG_SECONDS));
        return;
      }
      books.forget(receipt.payId());
      work(
          new BuyerAction.ShowEvidence(by, receipt.evidence()),
          "learns from the server what was paid before");
      return;
    }
    apply(step, "payment refused, code " + receipt.status(), now);
  }

  private void onExchanged(VipMessage.Exchanged exchanged, Moment now) {
    if (!answers(Request.EXCHANGE, exchanged.requestId())) {
      return;
    }
    books.onBalances(
        exchanged.tokenBalance(), exchanged.currencyBalanceWei(), exchanged.lastSerial());
    note(
        HistoryEntry.Kind.EXCHANGED, exchanged.currencyWei(), exchanged.tokens(), "exchanged", now);
    rest("has exchanged", now.nanos());
    PurchasePlan.Buy bought = books.takePlan();
    if (bought != null && exchanged.tokens() >= bought.tokens()) {
      failures = 0;
      onBought(bought.capacity(), claims.terms().orElseThrow(), now);
    } else {
      failed("the exchange brought nothing", now);
    }
  }

  private void onCapacity(VipMessage.Capacity granted, Moment now) {
    capacity = granted.minRecharge();
    purchases.onCapacity(capacity);
    if (answers(Request.CAPACITY, granted.requestId())) {
      failures = 0;
      nextCapacityNanos = now.in(POLL_SECONDS);
      note(HistoryEntry.Kind.CAPACITY, UInt256.ZERO, 0, "capacity " + capacity, now);
      rest("is served with capacity " + capacity, nextQueryNanos);
      return;
    }
    CapacityReason reason = granted.capacityReason().orElse(CapacityReason.REQUESTED);
    if (reason == CapacityReason.DOWNGRADED || reason == CapacityReason.EVICTED) {
      hungry = true;
      nextQueryNanos = now.nanos();
    }
    nextCapacityNanos = now.in(reason == CapacityReason.CONTENTION ? POLL_SECONDS / 2 : 1);
    wake(now);
  }

  private void onNotice(VipMessage.Notice notice, Moment now) {
    NoticeKind kind = notice.noticeKind().orElse(null);
    if (kind == null) {
      return;
    }
    switch (kind) {
      case LOW, EXHAUSTED, DOWNGRADED -> {
        lowNoticed = true;
        hungry = true;
        patient = false;
        nextQueryNanos = now.nanos();
        wake(now);
      }
      case TRIAL_ENDING -> {
        patienceUntilNanos = now.nanos();
        wake(now);
      }
      case PARAMS_EXPIRING -> opened = false;
      case WITHDRAW_SEEN, DEPOSIT_UNCERTAIN -> {
        examined = false;
        opened = false;
        nextPurchaseNanos = now.in(POLL_SECONDS);
      }
      case PRICE_CHANGE -> {} // the offer says to what
    }
  }

  private void onRefuse(VipMessage.Refuse refuse, Moment now) {
    RefusalStep step = RefusalStep.of(refuse.refusalCode(), refuse.retryAfterSeconds());
    String text = "refused, code " + refuse.refusal() + ": " + refuse.text();
    if (desk.refuse(refuse.reference(), text)) {
      return;
    }
    if (state instanceof Settling && books.isPending(refuse.reference())) {
      apply(step, text, now);
    } else if (state instanceof Asking asking && asking.requestId() == refuse.reference()) {
      if (asking.request() == Request.CLOSE) {
        state = new Off("closed", Long.MAX_VALUE);
      } else {
        apply(step, text, now);
      }
    } else if (state instanceof Greeting) {
      apply(step, text, now);
    }
  }

  private void onClose(VipMessage.Close close, Moment now) {
    MethodTerms by = method;
    if (by != null && answers(Request.CLOSE, close.requestId())) {
      if (!close.finalState().isEmpty()) {
        out.accept(new BuyerAction.TakeStatement(by.id(), close.finalState()));
      }
      closed(now);
    }
  }

  private void closed(Moment now) {
    closing = false;
    note(HistoryEntry.Kind.CLOSED, UInt256.ZERO, books.tokenBalance(), "closed", now);
    state = new Off("closed by the user", Long.MAX_VALUE);
  }

  // ------------------------------------------------------------------ outcomes of the payer

  void onOutcome(BuyerAction.Work work, PayerOutcome outcome, Moment now) {
    if (outcome instanceof PayerOutcome.Failed failed) {
      onFailed(work, failed, now);
    } else if (work instanceof BuyerAction.Sign && outcome instanceof PayerOutcome.Signed signed) {
      onSigned(signed.signature(), now);
    } else if (outcome instanceof PayerOutcome.Proofs proofs
        && work instanceof BuyerAction.Pay pay) {
      note(HistoryEntry.Kind.PAID, pay.amountWei(), 0, "by " + pay.method().text(), now);
      send(work, proofs, now);
    } else if (state instanceof Working working && working.work().equals(work)) {
      onOwnOutcome(work, outcome, now);
    }
    greet(now);
    decide(now);
  }

  private void onSigned(Bytes signature, Moment now) {
    if (state instanceof Greeting) {
      bindSignature = signature;
    } else if (state instanceof Working working && working.work() instanceof BuyerAction.Sign) {
      ask(Request.EXCHANGE, desk.signedExchange(signature), now);
    }
  }

  private void onOwnOutcome(BuyerAction.Work work, PayerOutcome outcome, Moment now) {
    switch (outcome) {
      case PayerOutcome.Payable payable -> {
        books.onPayable(payable.amountWei());
        if (work instanceof BuyerAction.Examine) {
          examined = true;
          rest("has checked the payment method", now.nanos());
        } else {
          opened = books.awaitedConfirmations() == 0;
          waitsForChain = !opened;
          rest(
              opened
                  ? "has opened the payment method"
                  : "the deposit waits for " + books.awaitedConfirmations() + " confirmations",
              opened ? now.nanos() : now.in(LOW_SECONDS / 4));
        }
      }
      case PayerOutcome.Prepared prepared -> {
        MethodTerms by = method;
        if (work instanceof BuyerAction.PrepareOpen && by != null) {
          ask(
              Request.OPEN,
              new VipMessage.Open(context.nextRequestId(), by.id().number(), prepared.data()),
              now);
        } else if (by != null) {
          ask(Request.CLOSE, desk.close(by.id(), prepared.data()), now);
        }
      }
      case PayerOutcome.Deposited deposited -> {
        note(
            HistoryEntry.Kind.DEPOSIT,
            work instanceof BuyerAction.Deposit deposit ? deposit.amountWei() : UInt256.ZERO,
            0,
            "transaction " + deposited.transaction().toHexString(),
            now);
        examined = false;
        opened = false;
        waitsForChain = true;
        rest("waits for its deposit to be confirmed", now.in(POLL_SECONDS));
      }
      case PayerOutcome.Proofs proofs -> send(work, proofs, now);
      case PayerOutcome.Done done -> rest("goes on", now.nanos()); // the evidence is taken over
      case PayerOutcome.Signed signed -> {}
      case PayerOutcome.Failed failed -> {}
    }
  }

  private void send(BuyerAction.Work work, PayerOutcome.Proofs proofs, Moment now) {
    if (!(state instanceof Working working) || !working.work().equals(work)) {
      return; // disconnected meanwhile: they are recalled with the next connection
    }
    MethodTerms by = method;
    books.setPending(proofs.proofs());
    if (proofs.proofs().isEmpty() || by == null) {
      rest("has no payment without a receipt", now.nanos());
      return;
    }
    boolean fresh = work instanceof BuyerAction.Pay;
    if (!fresh) {
      books.takePlan();
    }
    desk.payments(by.id(), proofs.proofs(), fresh).forEach(pay -> out.accept(send(pay)));
    state = new Settling(books.pendingIds(), now.nanos());
  }

  private void onFailed(BuyerAction.Work work, PayerOutcome.Failed failed, Moment now) {
    if (work instanceof BuyerAction.Pay pay && failed.nothingSigned()) {
      context.budget().release(server.nodeId(), pay.amountWei());
    }
    if (work instanceof BuyerAction.Sign && state instanceof Greeting) {
      state = new Off("our account does not sign: " + failed.reason(), now.in(HALF_SECONDS));
      return;
    }
    if (!(state instanceof Working working) || !working.work().equals(work)) {
      return;
    }
    if (work instanceof BuyerAction.ShowEvidence) {
      fault("its evidence of our payments is not ours: " + failed.reason(), now);
      state = new Off("its evidence is forged: " + failed.reason(), now.in(LONG_SECONDS));
    } else if (work instanceof BuyerAction.PrepareClose) {
      closed(now);
    } else {
      examined = false;
      opened = false;
      waitsForChain = !(work instanceof BuyerAction.Deposit);
      long seconds = work instanceof BuyerAction.Deposit ? HALF_SECONDS : LOW_SECONDS / 4;
      rest(failed.reason(), now.in(seconds));
    }
  }

  // ------------------------------------------------------------------ decisions

  /** A new block: what waits for a deposit looks again. */
  void onHead(Moment now) {
    if (waitsForChain && state instanceof Resting) {
      waitsForChain = false;
      wake(now);
      decide(now);
    }
  }

  void onTick(Moment now) {
    purchases.onAsked(context.served(server.nodeId()).askedCost());
    desk.expireQuestions(now);
    switch (state) {
      case Greeting greeting when now.secondsSince(greeting.sinceNanos()) > GREETING_SECONDS ->
          state = new Off("no handshake of vip came", now.in(LONG_SECONDS));
      case Asking asking when now.secondsSince(asking.sinceNanos()) > REQUEST_SECONDS ->
          failed("no answer: " + asking.text(), now);
      case Settling settling when now.secondsSince(settling.sinceNanos()) > RECEIPT_SECONDS ->
          failed("no receipt of a payment came", now);
      case Off off when off.untilNanos() != Long.MAX_VALUE && now.reached(off.untilNanos()) -> {
        faults = 0;
        if (statusSent) {
          rest("tries again", now.nanos());
        }
      }
      default -> {}
    }
    greet(now);
    decide(now);
  }

  /** Our status goes out when the server's came, or when it seems to wait for ours. */
  private void greet(Moment now) {
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

  private void decide(Moment now) {
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

  private void shop(OfferTerms terms, MethodTerms by, Moment now) {
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
  private boolean needsMore(OfferTerms terms) {
    long lasts =
        ServicePrice.secondsOf(terms.factors(), wanted(terms), Math.max(0, books.tokenBalance()));
    boolean muchUsed = books.tokenBalance() <= books.tokensAtPurchase() / 3 * 2;
    return lasts < LOW_SECONDS || (lowNoticed && muchUsed && lasts < LOW_NOTICE_SECONDS);
  }

  private Optional<Resting> reasonNotToBuy(OfferTerms terms, Moment now) {
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

  private void judge(Moment now) {
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

  private void raiseOrRest(OfferTerms terms, Moment now) {
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

  private long wanted(OfferTerms terms) {
    return Math.max(terms.minCapacity(), Math.min(capacityLimit, context.demand().wantedOf(terms)));
  }

  private void exchange(VipMessage.Exchange exchange, Moment now) {
    Optional<Bytes32> digest = desk.exchangeDigest(exchange);
    if (digest.isPresent()) {
      work(new BuyerAction.Sign(digest.get(), "money into service tokens"), "signs an exchange");
    } else {
      ask(Request.EXCHANGE, exchange, now);
    }
  }

  private void apply(RefusalStep step, String text, Moment now) {
    note(HistoryEntry.Kind.REFUSED, UInt256.ZERO, 0, text, now);
    boolean capacityAsked = state instanceof Asking asking && asking.request() == Request.CAPACITY;
    switch (step) {
      case RefusalStep.Wait wait -> retry(text, wait.seconds(), now);
      case RefusalStep.OtherMethod other -> {
        MethodTerms by = method;
        if (by != null) {
          claims.drop(by.id());
        }
        books.restart();
        retry(text, 1, now);
      }
      case RefusalStep.Repair repair -> retry(text, 1, now);
      case RefusalStep.Reopen reopen -> {
        waitsForChain = true;
        examined = false;
        opened = false;
        retry(text, reopen.seconds(), now);
      }
      case RefusalStep.AskAgain again -> {
        nextQueryNanos = now.nanos();
        retry(text, 1, now);
      }
      case RefusalStep.BuyLess less -> {
        desk.buyLess();
        retry(text, less.seconds(), now);
      }
      case RefusalStep.TakeLess less -> {
        capacityLimit =
            Math.max(
                1,
                (capacityLimit == Long.MAX_VALUE
                        ? claims.terms().map(context.demand()::wantedOf).orElse(1L)
                        : capacityLimit)
                    / 2);
        nextCapacityNanos = now.in(less.seconds());
        if (capacityAsked) {
          rest(text, now.in(less.seconds()));
        } else {
          retry(text, less.seconds(), now);
        }
      }
      case RefusalStep.Leave leave -> state = new Off(text, now.in(leave.seconds()));
    }
  }

  /** The same again later, but not for ever. */
  private void retry(String text, long seconds, Moment now) {
    failures++;
    if (failures > MOST_TRIES + 2) {
      fault("it refuses again and again: " + text, now);
      state = new Off(text, now.in(LONG_SECONDS));
      return;
    }
    if (state instanceof Settling) {
      books.recallLater();
    }
    rest(text, now.in(seconds));
  }

  private void failed(String text, Moment now) {
    failures++;
    if (state instanceof Asking asking && asking.request() == Request.CLOSE) {
      closed(now);
      return;
    }
    if (state instanceof Settling) {
      books.recallLater();
    }
    if (failures >= MOST_TRIES) {
      fault(text, now);
      failures = 0;
      state = new Off(text, now.in(HALF_SECONDS));
    } else {
      rest(text, now.in(LOW_SECONDS / 4));
    }
  }

  private void fault(String text, Moment now) {
    faults++;
    context.budget().onFault(server.nodeId());
    note(HistoryEntry.Kind.FAULT, UInt256.ZERO, 0, text, now);
    if (faults >= MOST_FAULTS && !(state instanceof Away)) {
      state = new Off("broke its word " + faults + " times, last: " + text, now.in(LONG_SECONDS));
    }
  }

  // ------------------------------------------------------------------ the user

  /** Buys without watching the free service first. */
  void buyNow(Moment now) {
    ordered = true;
    patient = false;
    hungry = true;
    nextQueryNanos = now.nanos();
    nextPurchaseNanos = now.nanos();
    if (state instanceof Off && statusSent) {
      rest("is told to buy", now.nanos());
    }
    wake(now);
    decide(now);
  }

  /** Ends the deal as friends do: with a statement of both, if the method has one. */
  void close(Moment now) {
    closing = true;
    wake(now);
    decide(now);
  }

  /** Asks what a capacity for a time would cost; the answer comes once. */
  void quote(long wantedCapacity, long staySeconds, Consumer<QuoteAnswer> answer, Moment now) {
    if (!statusSent || state instanceof Away || claims.status().isEmpty()) {
      answer.accept(new QuoteAnswer.None("the server is not connected with vip"));
      return;
    }
    out.accept(send(desk.question(wantedCapacity, staySeconds, answer, now)));
  }

  /** The server as payers know it. */
  io.lesnode.payment.Counterparty counterparty() {
    return claims.counterparty();
  }

  Optional<MethodTerms> method() {
    return claims.method(context.demand().methods());
  }

  Optional<OfferTerms> terms() {
    return claims.terms();
  }

  BuyerState state() {
    return state;
  }

  BuyerView view(Moment now) {
    Optional<OfferTerms> terms = claims.terms();
    return new BuyerView(
        server.nodeId(),
        !(state instanceof Away),
        state.text(),
        claims.counterparty().payAddress(),
        terms,
        method(),
        capacity,
        terms.map(this::wanted).orElse(0L),
        books.tokenBalance(),
        books.currencyBalanceWei(),
        books.payableWei(),
        terms.map(known -> desk.prepayWei(known, now)).orElse(UInt256.ZERO),
        context.budget().spentWei(server.nodeId(), now.unixSeconds()),
        context.budget().trust(server.nodeId()),
        books.pendingIds().size(),
        faults);
  }

  // ------------------------------------------------------------------ small things

  private boolean isKnown() {
    return context.budget().trust(server.nodeId()).filter(t -> !t.paidWei().isZero()).isPresent();
  }

  private boolean answers(Request request, long requestId) {
    return state instanceof Asking asking
        && asking.request() == request
        && asking.requestId() == requestId;
  }

  private void ask(Request request, VipMessage message, Moment now) {
    state = new Asking(request, BuyerDesk.requestId(message), now.nanos());
    out.accept(send(message));
  }

  private void work(BuyerAction.Work work, String text) {
    state = new Working(work, text);
    out.accept(work);
  }

  private void rest(String text, long untilNanos) {
    state = resting(text, untilNanos);
  }

  private void wake(Moment now) {
    if (state instanceof Resting resting && !now.reached(resting.untilNanos())) {
      rest(resting.text(), now.nanos());
    }
  }

  private static Resting resting(String text, long untilNanos) {
    return new Resting(text, untilNanos);
  }

  private static BuyerAction.Send send(VipMessage message) {
    return new BuyerAction.Send(message);
  }

  private void note(
      HistoryEntry.Kind kind, UInt256 amountWei, long tokens, String text, Moment now) {
    out.accept(
        new BuyerAction.Note(
            new HistoryEntry(
                now.unixSeconds(), server.nodeId(), kind, amountWei, Math.max(0, tokens), text)));
  }
}
