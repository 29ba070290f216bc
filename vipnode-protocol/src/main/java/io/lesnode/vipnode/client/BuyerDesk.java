package io.lesnode.vipnode.client;

import io.lesnode.payment.EtherUnits;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.Payer.PaymentProof;
import io.lesnode.vipnode.price.ServicePrice;
import io.lesnode.vipnode.wire.CloseMode;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** Writes a buyer's messages and checks what they are answered with. Confined to its buyer. */
final class BuyerDesk {
  private static final long QUESTION_SECONDS = 15;
  private static final int MOST_QUESTIONS = 16;

  /** No second deposit before the first is seen or this long has passed. */
  private static final long DEPOSIT_WAIT_SECONDS = 3_600;

  private record Question(
      long capacity,
      long staySeconds,
      long tokens,
      Consumer<QuoteAnswer> answer,
      long sinceNanos) {}

  /** What follows from a quote. */
  sealed interface Step {
    /** Nothing is bought now. */
    record Nothing(String reason) implements Step {}

    /** Nothing is bought before there is more on deposit. */
    record NoDeposit(String reason) implements Step {}

    /** Money that is there already is exchanged; to be signed. */
    record Exchange(VipMessage.Exchange message) implements Step {}

    /** More must be put on deposit first. */
    record Deposit(UInt256 amountWei) implements Step {}

    /** Pays; the budget has counted it. */
    record Pay(UInt256 amountWei) implements Step {}
  }

  private final BuyerContext context;
  private final BuyerContext.Server server;
  private final ServerClaims claims;
  private final BuyerLedger books;
  private final Map<Long, Question> questions = new HashMap<>();
  private List<Long> amounts = List.of();
  private UInt256 atMostWei = UInt256.MAX_VALUE;
  private boolean deposited;
  private long depositWaitNanos;
  private UInt256 payableAtDepositWei = UInt256.ZERO;
  private VipMessage.@Nullable Exchange unsigned;

  BuyerDesk(
      BuyerContext context, BuyerContext.Server server, ServerClaims claims, BuyerLedger books) {
    this.context = context;
    this.server = server;
    this.claims = claims;
    this.books = books;
  }

  /** What our account signs for the handshake; empty without an account. */
  Optional<Bytes32> bindDigest() {
    BuyerContext.Self self = context.self();
    return self.payAddress()
        .map(
            account ->
                VipSignatures.bindDigest(
                    self.chainId(),
                    self.nodeId(),
                    server.nodeId(),
                    account,
                    VipSignatures.contractSetHash(methods())));
  }

  private List<MethodEntry> methods() {
    return context.demand().methods().stream()
        .map(
            id ->
                new MethodEntry(
                    id.number(), id.text(), Optional.empty(), Bytes32.ZERO, Bytes.EMPTY))
        .toList();
  }

  VipMessage.Status status(Bytes bindSignature, long unixSeconds) {
    BuyerContext.Self self = context.self();
    return new VipMessage.Status(
        VipCapability.VERSION,
        self.chainId(),
        self.genesisHash(),
        Role.bits(Set.of(Role.CLIENT)),
        self.payAddress(),
        unixSeconds,
        methods(),
        bindSignature);
  }

  /** What may be paid ahead now. */
  UInt256 prepayWei(OfferTerms terms, Moment now) {
    UInt256 allowed =
        context
            .budget()
            .prepayWei(
                server.nodeId(),
                PurchasePlan.firstPrepayWei(terms, context.demand()),
                now.unixSeconds());
    return allowed.compareTo(atMostWei) < 0 ? allowed : atMostWei;
  }

  /** The last payment was too large for the server. */
  void buyLess() {
    PurchasePlan.Buy plan = books.plan();
    if (plan != null) {
      atMostWei = plan.priceWei().shiftRight(1);
    }
  }

  VipMessage.Query query(OfferTerms terms, Moment now) {
    amounts = PurchasePlan.amounts(terms, context.demand(), prepayWei(terms, now));
    return new VipMessage.Query(
        context.nextRequestId(),
        0,
        context.demand().staySeconds(),
        List.of(context.demand().wantedOf(terms)),
        amounts);
  }

  /** What to do with a quote; a payment is counted in the budget when this returns. */
  Step plan(VipMessage.Quote quote, OfferTerms terms, Moment now) {
    UInt256 prepay = prepayWei(terms, now);
    PurchasePlan plan = PurchasePlan.of(amounts, quote, terms, context.demand(), prepay);
    return switch (plan) {
      case PurchasePlan.Not not -> new Step.Nothing(not.reason());
      case PurchasePlan.Buy buy -> {
        books.setPlan(buy);
        yield books.currencyBalanceWei().compareTo(buy.priceWei()) >= 0 && !buy.priceWei().isZero()
            ? new Step.Exchange(exchangeOf(buy))
            : pay(buy, quote, terms, now);
      }
    };
  }

  private VipMessage.Exchange exchangeOf(PurchasePlan.Buy buy) {
    return new VipMessage.Exchange(
        context.nextRequestId(),
        books.lastSerial() + 1,
        buy.tokens(),
        buy.tokens(),
        buy.priceWei(),
        Bytes.EMPTY);
  }

  private Step pay(PurchasePlan.Buy buy, VipMessage.Quote quote, OfferTerms terms, Moment now) {
    UInt256 payable = books.payableWei();
    PurchasePlan.Buy chosen = buy;
    if (payable.compareTo(buy.priceWei()) < 0) {
      PurchasePlan smaller = PurchasePlan.of(amounts, quote, terms, context.demand(), payable);
      if (smaller instanceof PurchasePlan.Buy less) {
        chosen = less;
        books.setPlan(less);
      } else {
        return deposit(buy.priceWei(), now);
      }
    }
    context
        .budget()
        .meet(
            server.nodeId(),
            PurchasePlan.firstPrepayWei(terms, context.demand()),
            now.unixSeconds());
    if (chosen.priceWei().isZero()) {
      return new Step.Nothing("its service costs nothing");
    }
    return context.budget().reserve(server.nodeId(), chosen.priceWei(), now.unixSeconds())
        ? new Step.Pay(chosen.priceWei())
        : new Step.Nothing("the budget is used up for now");
  }

  private Step deposit(UInt256 neededWei, Moment now) {
    UInt256 most = context.demand().autoDepositWei();
    boolean arrived = books.payableWei().compareTo(payableAtDepositWei) > 0;
    if (deposited && !arrived && !now.reached(depositWaitNanos)) {
      return new Step.NoDeposit("waits for its deposit to be confirmed");
    }
    if (most.compareTo(neededWei) < 0) {
      return new Step.NoDeposit(
          "a deposit of at least "
              + EtherUnits.format(neededWei)
              + " is missing: make one, or allow deposits up to an amount");
    }
    deposited = true;
    depositWaitNanos = now.in(DEPOSIT_WAIT_SECONDS);
    payableAtDepositWei = books.payableWei();
    return new Step.Deposit(most);
  }

  /** The digest to sign for an exchange; empty if the connection is proof enough. */
  Optional<Bytes32> exchangeDigest(VipMessage.Exchange exchange) {
    unsigned = exchange;
    BuyerContext.Self self = context.self();
    return self.payAddress()
        .map(
            account ->
                VipSignatures.exchangeDigest(
                    self.chainId(), server.nodeId(), self.nodeId(), exchange));
  }

  VipMessage.Exchange signedExchange(Bytes signature) {
    VipMessage.Exchange exchange = unsigned;
    if (exchange == null) {
      throw new IllegalStateException("no exchange was to be signed");
    }
    unsigned = null;
    return new VipMessage.Exchange(
        exchange.requestId(),
        exchange.serial(),
        exchange.minTokens(),
        exchange.maxTokens(),
        exchange.maxCurrencyWei(),
        signature);
  }

  /**
   * The messages that carry payments.
   *
   * @param fresh whether they are for what was just quoted: the last one then asks for these
   *     tokens; money of old payments waits for a new quote
   */
  List<VipMessage.Pay> payments(MethodId method, List<PaymentProof> proofs, boolean fresh) {
    List<VipMessage.Pay> messages = new ArrayList<>();
    PurchasePlan.Buy plan = books.plan();
    for (int i = 0; i < proofs.size(); i++) {
      boolean last = i == proofs.size() - 1;
      long tokens = fresh && last && plan != null ? plan.tokens() : 0;
      PaymentProof proof = proofs.get(i);
      messages.add(new VipMessage.Pay(proof.payId(), method.number(), proof.proof(), tokens));
    }
    return messages;
  }

  /** Whether a receipt is the server's word. */
  boolean isSigned(VipMessage.Receipt receipt, MethodId method) {
    return VipSignatures.isSignedByKey(
        VipSignatures.receiptDigest(
            receipt.payId(),
            context.self().nodeId(),
            method.number(),
            receipt.cumulativeWei(),
            receipt.tokenBalance(),
            receipt.serial()),
        receipt.receiptSignature(),
        server.nodeKey());
  }

  VipMessage.Close close(MethodId method, Bytes data) {
    CloseMode mode = data.isEmpty() ? CloseMode.LEAVE : CloseMode.COOPERATIVE;
    return new VipMessage.Close(
        context.nextRequestId(), method.number(), mode.number(), data, Bytes.EMPTY);
  }

  // ------------------------------------------------------------------ questions of the user

  VipMessage.Query question(
      long capacity, long staySeconds, Consumer<QuoteAnswer> answer, Moment now) {
    OfferTerms terms = claims.terms().orElse(null);
    long wanted =
        capacity > 0 || terms == null ? Math.max(1, capacity) : context.demand().wantedOf(terms);
    long tokens = terms == null ? 0 : ServicePrice.tokensFor(terms.factors(), wanted, staySeconds);
    long id = context.nextRequestId();
    if (questions.size() >= MOST_QUESTIONS) {
      failQuestions("too many questions at once");
    }
    questions.put(id, new Question(wanted, staySeconds, tokens, answer, now.nanos()));
    return new VipMessage.Query(id, 0, staySeconds, List.of(wanted), List.of(tokens));
  }

  /** Gives a quote to who asked for it; false if nobody did. */
  boolean answer(VipMessage.Quote quote) {
    Question asked = questions.remove(quote.requestId());
    if (asked == null) {
      return false;
    }
    boolean complete = quote.priceFor().size() == 1 && quote.tokensMissing().size() == 1;
    asked
        .answer()
        .accept(
            complete
                ? new QuoteAnswer.Quoted(
                    asked.capacity(),
                    asked.staySeconds(),
                    asked.tokens(),
                    quote.tokensMissing().getFirst(),
                    quote.priceFor().getFirst(),
                    quote.untilSeconds(),
                    quote.currencyBalanceWei(),
                    quote.tokenBalance())
                : new QuoteAnswer.None("the server did not answer what was asked"));
    return true;
  }

  /** Gives a refusal to who asked; false if nobody did. */
  boolean refuse(long requestId, String text) {
    Question asked = questions.remove(requestId);
    if (asked != null) {
      asked.answer().accept(new QuoteAnswer.None(text));
    }
    return asked != null;
  }

  void expireQuestions(Moment now) {
    questions
        .values()
        .removeIf(
            asked -> {
              boolean late = now.secondsSince(asked.sinceNanos()) > QUESTION_SECONDS;
              if (late) {
                asked.answer().accept(new QuoteAnswer.None("the server does not answer"));
              }
              return late;
            });
  }

  void failQuestions(String reason) {
    List<Question> open = List.copyOf(questions.values());
    questions.clear();
    open.forEach(asked -> asked.answer().accept(new QuoteAnswer.None(reason)));
  }

  /** The id of a request of ours. */
  static long requestId(VipMessage message) {
    return switch (message) {
      case VipMessage.Query query -> query.requestId();
      case VipMessage.Open open -> open.requestId();
      case VipMessage.Exchange exchange -> exchange.requestId();
      case VipMessage.SetCapacity set -> set.requestId();
      case VipMessage.Close close -> close.requestId();
      case VipMessage.Status m -> 0;
      case VipMessage.Offer m -> 0;
      case VipMessage.Quote m -> m.requestId();
      case VipMessage.Bid m -> m.requestId();
      case VipMessage.Award m -> m.requestId();
      case VipMessage.Params m -> m.requestId();
      case VipMessage.Pay m -> 0;
      case VipMessage.Receipt m -> 0;
      case VipMessage.Exchanged m -> m.requestId();
      case VipMessage.Capacity m -> m.requestId();
      case VipMessage.Notice m -> 0;
      case VipMessage.Refuse m -> m.reference();
      case VipMessage.PoolJoin m -> m.requestId();
      case VipMessage.PoolMatch m -> m.requestId();
      case VipMessage.Usage m -> 0;
      case VipMessage.PoolState m -> 0;
    };
  }
}
