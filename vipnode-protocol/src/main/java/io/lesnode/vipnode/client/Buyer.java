package io.lesnode.vipnode.client;

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
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

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
final class Buyer extends Shopping {

  Buyer(BuyerContext context, BuyerContext.Server server, Consumer<BuyerAction> out) {
    super(context, server, out);
  }

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
          sendClose(desk.close(by.id(), prepared.data()), now);
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
}
