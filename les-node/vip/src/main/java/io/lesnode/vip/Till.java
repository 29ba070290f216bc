package io.lesnode.vip;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.PaymentMethod.Received;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.AccountId;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerReader;
import io.lesnode.vipnode.price.BondingCurve;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.NodeRecord;
import io.lesnode.vipnode.server.TokenShop;
import io.lesnode.vipnode.wire.VipMessage;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Books what clients pay and buy. Confined to the ledger loop.
 *
 * <p><b>The rule of durability.</b> A proof, the money that it is worth, the tokens that are bought
 * with it and the market after it are one batch. Batches of one turn of the loop are made durable
 * together by {@link #endTurn}, and only then what was promised {@link #afterCommit} happens:
 * receipts leave, tokens are delivered.
 */
final class Till {
  private static final String NODES = "vip.node";
  private static final String MARKET = "vip.market";
  private static final Bytes MARKET_KEY = Bytes.of(0);

  private final Ledger ledger;
  private final Map<MethodId, PaymentMethod> methods = new LinkedHashMap<>();
  private final TokenShop shop;
  private final VipCounters counters;
  private final InstantSource clock;
  private List<Runnable> afterCommit = new ArrayList<>();

  Till(
      Ledger ledger,
      List<PaymentMethod> methods,
      TokenShop shop,
      VipCounters counters,
      InstantSource clock) {
    this.ledger = ledger;
    methods.forEach(method -> this.methods.put(method.id(), method));
    this.shop = shop;
    this.counters = counters;
    this.clock = clock;
  }

  /** The market that was stored, if there is one. */
  static Optional<Bytes> storedMarket(LedgerReader books) {
    return books.get(MARKET, MARKET_KEY);
  }

  PaymentMethod method(int number) {
    PaymentMethod method = MethodId.ofNumber(number).map(methods::get).orElse(null);
    if (method == null) {
      throw new IllegalStateException("the sale lets no unknown method through: " + number);
    }
    return method;
  }

  List<PaymentMethod> methods() {
    return List.copyOf(methods.values());
  }

  // ---- what becomes of requests

  /** What became of a payment. */
  sealed interface PayResult {
    VipMessage.Pay pay();

    /**
     * It is booked.
     *
     * @param currencyWei the client's money afterwards
     * @param tokens bought or granted with it
     * @param untilSeconds when granted tokens end; 0: never
     */
    record Paid(
        VipMessage.Pay pay,
        UInt256 creditedWei,
        UInt256 cumulativeWei,
        UInt256 currencyWei,
        long serial,
        long tokens,
        long untilSeconds)
        implements PayResult {}

    /** It is not. */
    record Refused(VipMessage.Pay pay, Refusal refusal, UInt256 currencyWei, long serial)
        implements PayResult {}
  }

  /**
   * Books payments of one peer by one method, cumulative ones by their highest.
   *
   * @param usedTokens how many of its tokens the peer has used so far, for grants
   */
  List<PayResult> pay(
      Counterparty peer, int methodNumber, List<VipMessage.Pay> pays, long usedTokens) {
    PaymentMethod method = method(methodNumber);
    return inBatch(
        batch -> {
          List<Received> received =
              method.receiveMany(peer, pays.stream().map(VipMessage.Pay::proof).toList(), batch);
          List<PayResult> results = new ArrayList<>();
          for (int i = 0; i < pays.size(); i++) {
            results.add(result(peer, pays.get(i), received.get(i), usedTokens, batch));
          }
          return results;
        });
  }

  private PayResult result(
      Counterparty peer,
      VipMessage.Pay pay,
      Received received,
      long usedTokens,
      LedgerBatch batch) {
    return switch (received) {
      case Received.Refused refused ->
          new PayResult.Refused(
              pay, refused.refusal(), currency(peer, batch), record(peer, batch).lastSerial());
      case Received.Accepted accepted -> {
        counters.onPayment();
        yield switch (accepted.credit()) {
          case Credit.Money money -> {
            long bought = autoExchange(peer, pay, batch);
            yield new PayResult.Paid(
                pay,
                money.amountWei(),
                money.cumulativeWei(),
                currency(peer, batch),
                record(peer, batch).lastSerial(),
                bought,
                0);
          }
          case Credit.Grant grant -> {
            // The method has booked it; what is ours is to end it.
            if (grant.tokens() > 0) {
              GrantDesk.store(
                  batch, peer.nodeId(), grant.untilSeconds(), grant.tokens(), usedTokens);
            }
            yield new PayResult.Paid(
                pay,
                UInt256.ZERO,
                UInt256.ZERO,
                currency(peer, batch),
                record(peer, batch).lastSerial(),
                grant.tokens(),
                grant.untilSeconds());
          }
        };
      }
    };
  }

  /** Buys tokens for all the client's money, if they are enough; the serial goes on by one. */
  private long autoExchange(Counterparty peer, VipMessage.Pay pay, LedgerBatch batch) {
    UInt256 money = currency(peer, batch);
    if (pay.autoExchange() <= 0 || money.isZero()) {
      return 0;
    }
    NodeRecord record = record(peer, batch);
    TokenMarket.Outcome outcome =
        shop.trade(
            peer.nodeId(),
            record,
            pay.autoExchange(),
            Math.max(pay.autoExchange(), BondingCurve.MAX_TOKENS),
            money,
            0,
            nowSeconds());
    return switch (outcome) {
      case TokenMarket.Refused refused -> 0;
      case TokenMarket.Traded traded ->
          buy(peer, record, record.lastSerial() + 1, traded, pay.payId(), batch).isBooked()
              ? traded.tokens()
              : 0;
    };
  }

  private Booking buy(
      Counterparty peer,
      NodeRecord record,
      long serial,
      TokenMarket.Traded traded,
      Bytes reference,
      LedgerBatch batch) {
    Booking booking =
        Bookkeeping.exchange(
            batch,
            peer.moneyOwner(),
            peer.nodeId(),
            traded.tokens(),
            traded.wei().toBigInteger(),
            reference);
    if (booking.isBooked()) {
      store(peer, record.bought(serial, traded.tokens(), traded.wei()), traded, batch);
    }
    return booking;
  }

  private void store(
      Counterparty peer, NodeRecord record, TokenMarket.Traded traded, LedgerBatch batch) {
    batch.put(NODES, peer.nodeId(), record.encode());
    batch.put(MARKET, MARKET_KEY, traded.next().encode());
    shop.accept(peer.nodeId(), traded);
    counters.onExchange();
  }

  /** An exchange that was booked. */
  record Exchanged(long serial, long tokens, UInt256 wei, UInt256 currencyWei) {}

  /** Buys tokens. */
  Exchanged buy(Counterparty peer, VipMessage.Exchange exchange) throws Refusal {
    return refusable(
        batch -> {
          NodeRecord record = fresh(peer, exchange, batch);
          UInt256 money = currency(peer, batch);
          UInt256 limit =
              money.compareTo(exchange.maxCurrencyWei()) < 0 ? money : exchange.maxCurrencyWei();
          TokenMarket.Outcome outcome =
              shop.trade(
                  peer.nodeId(),
                  record,
                  exchange.minTokens(),
                  exchange.maxTokens(),
                  limit,
                  0,
                  nowSeconds());
          return switch (outcome) {
            case TokenMarket.Refused refused ->
                throw refusal(refused, limit.compareTo(exchange.maxCurrencyWei()) < 0, money);
            case TokenMarket.Traded traded -> {
              Booking booking =
                  buy(peer, record, exchange.serial(), traded, reference(exchange), batch);
              if (booking instanceof Booking.Refused refused) {
                throw new Refusal(RefusalCode.OVER_LIMIT, refused.text());
              }
              yield new Exchanged(
                  exchange.serial(), traded.tokens(), traded.wei(), currency(peer, batch));
            }
          };
        });
  }

  private static Refusal refusal(
      TokenMarket.Refused refused, boolean lacksMoney, UInt256 moneyWei) {
    return lacksMoney && refused.code() == RefusalCode.OVER_LIMIT
        ? new Refusal(
            RefusalCode.INSUFFICIENT_DEPOSIT,
            "you have " + moneyWei.toBigInteger() + " wei here, which is too little; pay first")
        : new Refusal(refused.code(), refused.text());
  }

  private NodeRecord fresh(Counterparty peer, VipMessage.Exchange exchange, LedgerReader books)
      throws Refusal {
    NodeRecord record = record(peer, books);
    if (exchange.serial() <= record.lastSerial()) {
      throw new Refusal(
          RefusalCode.STALE, "the serial must be above " + record.lastSerial() + ", the last one");
    }
    return record;
  }

  /**
   * What tokens would bring when they are sold back; books nothing.
   *
   * @param tokens what the client has now
   */
  TokenMarket.Traded offerForSale(Counterparty peer, VipMessage.Exchange exchange, long tokens)
      throws Refusal {
    NodeRecord record = fresh(peer, exchange, ledger);
    long sellable = Math.min(tokens, Bookkeeping.sellable(ledger, peer.nodeId()));
    TokenMarket.Outcome outcome =
        shop.trade(
            peer.nodeId(),
            record,
            exchange.minTokens(),
            exchange.maxTokens(),
            exchange.maxCurrencyWei(),
            sellable,
            nowSeconds());
    return switch (outcome) {
      case TokenMarket.Refused refused -> throw new Refusal(refused.code(), refused.text());
      case TokenMarket.Traded traded -> traded;
    };
  }

  /**
   * Books tokens that the pool has taken.
   *
   * @param tokens so many, neither more nor fewer
   */
  Exchanged sellBack(Counterparty peer, VipMessage.Exchange exchange, long tokens) throws Refusal {
    return refusable(
        batch -> {
          NodeRecord record = fresh(peer, exchange, batch);
          TokenMarket.Outcome outcome =
              shop.trade(
                  peer.nodeId(),
                  record,
                  -tokens,
                  -tokens,
                  exchange.maxCurrencyWei(),
                  tokens,
                  nowSeconds());
          return switch (outcome) {
            case TokenMarket.Refused refused -> throw new Refusal(refused.code(), refused.text());
            case TokenMarket.Traded traded -> {
              Booking booking =
                  Bookkeeping.sellBack(
                      batch,
                      peer.moneyOwner(),
                      peer.nodeId(),
                      tokens,
                      traded.wei().toBigInteger(),
                      reference(exchange));
              if (booking instanceof Booking.Refused refused) {
                throw new Refusal(RefusalCode.OVER_LIMIT, refused.text());
              }
              store(peer, record.soldBack(exchange.serial(), tokens), traded, batch);
              yield new Exchanged(exchange.serial(), -tokens, traded.wei(), currency(peer, batch));
            }
          };
        });
  }

  private static Bytes reference(VipMessage.Exchange exchange) {
    return Bytes.ofUnsignedLong(exchange.serial());
  }

  Params open(Counterparty peer, VipMessage.Open open) throws Refusal {
    return refusable(batch -> method(open.method()).open(peer, open.data(), batch));
  }

  Bytes close(Counterparty peer, VipMessage.Close close) throws Refusal {
    return refusable(batch -> method(close.method()).close(peer, close.finalState(), batch));
  }

  /** A node has proven its account: what was kept under its name is the account's. */
  void link(Counterparty peer) {
    Bytes account = peer.moneyOwner();
    if (account.equals(peer.nodeId())
        || ledger.balance(AccountId.client(peer.nodeId())).signum() == 0) {
      return;
    }
    BigInteger unused =
        inBatch(batch -> Bookkeeping.link(batch, peer.nodeId(), account, peer.nodeId()));
  }

  /** Anything else that is to be booked. */
  <T> T inBatch(Function<LedgerBatch, T> booking) {
    try {
      return refusable(booking::apply);
    } catch (Refusal impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private interface Refusable<T> {
    T book(LedgerBatch batch) throws Refusal;
  }

  /** Books into a batch of its own, which is dropped whole if anything is wrong. */
  private <T> T refusable(Refusable<T> booking) throws Refusal {
    LedgerBatch batch = ledger.begin(clock.millis());
    TokenMarket before = shop.market();
    boolean isGood = false;
    try {
      T result = booking.book(batch);
      isGood = true;
      return result;
    } finally {
      if (isGood) {
        ledger.accept(batch);
      } else {
        ledger.drop(batch);
        shop.setMarket(before);
      }
    }
  }

  // ---- what is known

  UInt256 currency(Counterparty peer, LedgerReader books) {
    return UInt256.valueOf(books.balance(AccountId.client(peer.moneyOwner())).max(BigInteger.ZERO));
  }

  UInt256 currency(Counterparty peer) {
    return currency(peer, ledger);
  }

  NodeRecord record(Counterparty peer, LedgerReader books) {
    return books.get(NODES, peer.nodeId()).map(NodeRecord::decode).orElse(NodeRecord.NONE);
  }

  NodeRecord record(Counterparty peer) {
    return record(peer, ledger);
  }

  /** Tokens ever issued to a node less what it gave back and what ended; durable. */
  long netIssued(Bytes32 node) {
    return ledger.issued(node) - ledger.returned(node) - ledger.expired(node);
  }

  Ledger ledger() {
    return ledger;
  }

  TokenShop shop() {
    return shop;
  }

  long nowSeconds() {
    return clock.instant().getEpochSecond();
  }

  // ---- turns

  /** Has something happen once everything that was booked so far is durable. */
  void afterCommit(Runnable promise) {
    afterCommit.add(promise);
  }

  /**
   * Makes what was booked durable and keeps the promises that wait for it.
   *
   * @throws io.lesnode.payment.ledger.LedgerStoreException if the books cannot be written; nothing
   *     that was promised happens
   */
  void endTurn() {
    while (ledger.waiting() > 0 || !afterCommit.isEmpty()) {
      if (ledger.waiting() > 0) {
        int unused = ledger.commit();
        counters.onCommit();
      }
      List<Runnable> promises = afterCommit;
      afterCommit = new ArrayList<>();
      promises.forEach(Runnable::run);
    }
  }

  /** The books cannot be written: nothing that was promised happens. */
  void dropPromises() {
    afterCommit.clear();
  }
}
