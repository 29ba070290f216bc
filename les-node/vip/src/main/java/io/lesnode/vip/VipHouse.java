package io.lesnode.vip;

import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.ServiceDesk;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodNews;
import io.lesnode.payment.Params;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.RefusalCode;
import io.lesnode.payment.ledger.LedgerStoreException;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.Quotes;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.Moment;
import io.lesnode.vipnode.server.ReceiptCache;
import io.lesnode.vipnode.server.Sale;
import io.lesnode.vipnode.server.SaleStep;
import io.lesnode.vipnode.server.ServiceFigures;
import io.lesnode.vipnode.server.TrialBook;
import io.lesnode.vipnode.wire.CapacityReason;
import io.lesnode.vipnode.wire.CloseMode;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.NoticeKind;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that the ledger loop of a vip server owns: its peers with their sales, the till, the
 * offers, the auction. It takes the steps that sales decide.
 *
 * <p>What the client pool has to do is asked of the LES server's node loop, which answers back onto
 * this loop; the order of a peer's own answers is that of its requests only where it matters (a
 * payment before its receipt), because every answer names its request.
 */
final class VipHouse {
  private static final Logger LOG = LoggerFactory.getLogger(VipHouse.class);
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_BIAS_SECONDS = TimeUnit.DAYS.toSeconds(365);
  private static final long RETRY_SECONDS = 1;

  final VipLoop loop;
  final LesServer les;
  final Till till;
  final OfferDesk offers;
  final AuctionDesk auction;
  final GrantDesk grants;
  final VipCounters counters;
  private final KeyPair nodeKey;
  private final Bytes32 self;
  private final TrialBook trials;
  private final ReceiptCache receipts = new ReceiptCache();
  private final Map<Bytes32, SoldPeer> peers = new LinkedHashMap<>();
  private final Map<Bytes32, InetSocketAddress> served = new HashMap<>();
  private final Map<Bytes32, Long> offUntilNanos = new HashMap<>();
  private final List<SoldPeer> paying = new ArrayList<>();

  /** Tokens that the pool was asked to take and the books do not know as returned yet. */
  private final Map<Bytes32, Long> taking = new HashMap<>();

  private final List<Consumer<OfferTerms>> offerListeners = new ArrayList<>();
  private final List<VipRole> roles = new ArrayList<>();
  private final BiConsumer<SoldPeer, Consumer<VipMessage.Status>> greeter;
  private VipMessage.@Nullable Offer newest;
  private boolean broken;

  VipHouse(
      VipLoop loop,
      LesServer les,
      Till till,
      OfferDesk offers,
      VipCounters counters,
      KeyPair nodeKey,
      BiConsumer<SoldPeer, Consumer<VipMessage.Status>> greeter) {
    this.loop = loop;
    this.les = les;
    this.till = till;
    this.offers = offers;
    this.counters = counters;
    this.nodeKey = nodeKey;
    this.self = NodeId.of(nodeKey.publicKey()).hash();
    this.trials = new TrialBook(offers.config().sale());
    this.greeter = greeter;
    this.auction = new AuctionDesk(this);
    this.grants = new GrantDesk(this);
  }

  Moment now() {
    return new Moment(loop.nowNanos(), till.nowSeconds());
  }

  Bytes32 self() {
    return self;
  }

  TrialBook trials() {
    return trials;
  }

  Collection<SoldPeer> peers() {
    return List.copyOf(peers.values());
  }

  Optional<SoldPeer> peer(Bytes32 id) {
    return Optional.ofNullable(peers.get(id));
  }

  void addRole(VipRole role) {
    roles.add(role);
  }

  int roleBits() {
    int bits = Role.SERVER.bit();
    for (VipRole role : roles) {
      bits |= role.role().bit();
    }
    return bits;
  }

  /** The newest offer to everybody, once there is one. */
  VipMessage.@Nullable Offer newestOffer() {
    return newest;
  }

  // ---- connections

  void onAccepted(SoldPeer peer) {
    SoldPeer before = peers.put(peer.id(), peer);
    if (before != null) {
      onClosed(before); // the same node again; the old socket's end comes too late to matter
      peers.put(peer.id(), peer);
    }
    startIfServed(peer);
  }

  void onJoined(Bytes32 id, InetSocketAddress address) {
    served.put(id, address);
    SoldPeer peer = peers.get(id);
    if (peer != null) {
      startIfServed(peer);
    }
  }

  void onLeft(Bytes32 id, InetSocketAddress address) {
    served.remove(id, address);
  }

  private void startIfServed(SoldPeer peer) {
    InetSocketAddress address = served.get(peer.id());
    if (address != null && address.equals(peer.link().remoteAddress())) {
      start(peer);
    } else if (!peer.speaksLes && !roles.isEmpty()) {
      start(peer);
    }
  }

  private void start(SoldPeer peer) {
    if (peer.started || peer.closed) {
      return;
    }
    peer.started = true;
    Long offNanos = offUntilNanos.get(peer.id());
    if (offNanos != null && loop.nowNanos() - offNanos < 0) {
      take(peer, peer.sale.onMalformed("vip is off for this node for a while"));
      return;
    }
    offUntilNanos.remove(peer.id());
    greeter.accept(
        peer,
        status -> {
          boolean unused = peer.send(status);
          peer.takeEarly().forEach(message -> onStarted(peer, message));
        });
  }

  void onMessage(SoldPeer peer, VipMessage message) {
    if (peer.closed) {
      return;
    }
    if (peer.started) {
      onStarted(peer, message);
      return;
    }
    boolean isMember =
        message instanceof VipMessage.Status status
            && (status.roles() & (Role.SERVER.bit() | Role.POOL.bit())) != 0;
    if (!peer.keepEarly(message)) {
      onBroken(peer, "messages before the LES handshake");
    } else if (isMember && !roles.isEmpty()) {
      start(peer); // a server or pool that is no light client of ours
    }
  }

  private void onStarted(SoldPeer peer, VipMessage message) {
    if (broken) {
      long reference = message instanceof VipMessage.Pay pay ? pay.payId().toLong() : 0;
      take(
          peer,
          peer.sale.onRefused(
              reference,
              RefusalCode.NOT_SYNCED,
              60,
              "the books cannot be written; nothing is sold"));
      return;
    }
    peer.sale.setSynced(offers.totals().synced());
    if (!(message instanceof VipMessage.Pay)) {
      bookPayments(peer);
    }
    take(peer, peer.sale.onMessage(message, now()));
  }

  void onBroken(SoldPeer peer, String what) {
    take(peer, peer.sale.onMalformed(what));
  }

  void onClosed(SoldPeer peer) {
    if (peer.closed) {
      return;
    }
    peer.closed = true;
    peers.remove(peer.id(), peer); // only if it is still this connection
    auction.onLeft(peer);
    if (peer.sale.isOpen()) {
      roles.forEach(role -> role.onClosed(peer));
    }
  }

  // ---- steps

  void take(SoldPeer peer, List<SaleStep> steps) {
    steps.forEach(step -> take(peer, step));
  }

  private void take(SoldPeer peer, SaleStep step) {
    switch (step) {
      case SaleStep.Send send -> {
        boolean unused = peer.send(send.message());
      }
      case SaleStep.Welcome welcome -> welcome(peer, welcome);
      case SaleStep.Answer answer -> answer(peer, answer.query());
      case SaleStep.OpenMethod open -> open(peer, open.open());
      case SaleStep.TakePayment payment -> takePayment(peer, payment.pay());
      case SaleStep.Trade trade -> trade(peer, trade.exchange());
      case SaleStep.AskCapacity ask -> askCapacity(peer, ask);
      case SaleStep.PlaceBid bid -> auction.place(peer, bid.bid());
      case SaleStep.CloseMethod close -> close(peer, close.close());
      case SaleStep.PassOn other -> roles.forEach(role -> role.onMessage(peer, other.message()));
      case SaleStep.End end -> end(peer, end);
      case SaleStep.Became became -> counters.onBecame(became.before(), became.now());
    }
  }

  private void welcome(SoldPeer peer, SaleStep.Welcome welcome) {
    till.link(peer.counterparty());
    offer(peer, welcome.trialLeftSeconds());
    roles.forEach(role -> role.onOpened(peer, welcome.status()));
    refresh(peer);
  }

  private void end(SoldPeer peer, SaleStep.End end) {
    LOG.info("vip with {} is over: {}", peer.nodeId(), end.why());
    auction.onLeft(peer);
    roles.forEach(role -> role.onClosed(peer));
    if (end.offSeconds() > 0) {
      offUntilNanos.values().removeIf(until -> loop.nowNanos() - until >= 0);
      offUntilNanos.put(peer.id(), loop.nowNanos() + end.offSeconds() * SECOND_NANOS);
    }
  }

  void refuse(SoldPeer peer, long reference, Refusal refusal) {
    take(
        peer,
        peer.sale.onRefused(
            reference, refusal.code(), refusal.retryAfterSeconds(), refusal.text()));
  }

  private void open(SoldPeer peer, VipMessage.Open open) {
    try {
      Params params = till.open(peer.counterparty(), open);
      till.afterCommit(
          () -> {
            boolean unused =
                peer.send(
                    new VipMessage.Params(
                        open.requestId(), open.method(), params.status(), params.data()));
          });
    } catch (Refusal refusal) {
      refuse(peer, open.requestId(), refusal);
    }
  }

  private void close(SoldPeer peer, VipMessage.Close close) {
    try {
      Bytes statement = till.close(peer.counterparty(), close);
      till.afterCommit(
          () -> {
            boolean unused =
                peer.send(
                    new VipMessage.Close(
                        close.requestId(),
                        close.method(),
                        CloseMode.AGREED.number(),
                        statement,
                        Bytes.EMPTY));
          });
    } catch (Refusal refusal) {
      refuse(peer, close.requestId(), refusal);
    }
  }

  private void answer(SoldPeer peer, VipMessage.Query query) {
    if (!peer.mayQuery(now())) {
      refuse(
          peer,
          query.requestId(),
          new Refusal(
              RefusalCode.RATE_LIMITED, "two queries a second are answered", 1, Bytes.EMPTY));
      return;
    }
    TokenMarket market = till.shop().market();
    long quoteId = till.shop().nextQuoteId();
    long until = till.nowSeconds() + offers.config().sale().quoteSeconds();
    UInt256 money = till.currency(peer.counterparty());
    long serial = till.record(peer.counterparty()).lastSerial();
    OfferTerms.Factors factors = offers.factors();
    VipMessage.Query bounded =
        new VipMessage.Query(
            query.requestId(),
            bias(query.biasSeconds()),
            Math.min(query.staySeconds(), MAX_BIAS_SECONDS),
            query.capacities(),
            query.tokenAmounts());
    onDesk(
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
          counters.onQuote();
          long most = query.tokenAmounts().stream().mapToLong(tokens -> tokens).max().orElse(0);
          long missing =
              quote.tokensMissing().stream()
                  .mapToLong(tokens -> tokens)
                  .filter(tokens -> tokens != VipMessage.Quote.NOT_TO_BE_HAD)
                  .max()
                  .orElse(0);
          till.shop().promise(peer.id(), market, until, Math.max(most, missing));
          boolean unused = peer.send(quote);
        });
  }

  private static long bias(long seconds) {
    return Math.clamp(seconds, 0, MAX_BIAS_SECONDS);
  }

  private void askCapacity(SoldPeer peer, SaleStep.AskCapacity ask) {
    onDesk(
        desk -> {
          var unused =
              desk.requestCapacity(
                  peer.id(), ask.capacity(), TimeUnit.SECONDS.toNanos(bias(ask.biasSeconds())));
          return desk.client(peer.id());
        },
        client ->
            client.ifPresentOrElse(
                known -> {
                  take(
                      peer,
                      peer.sale.onCapacityAnswer(
                          ask.requestId(), ask.capacity(), figures(known), known.priority()));
                },
                () ->
                    refuse(
                        peer,
                        ask.requestId(),
                        new Refusal(
                            RefusalCode.NO_CAPACITY, "you are not a light client of this node"))));
  }

  // ---- payments

  private void takePayment(SoldPeer peer, VipMessage.Pay pay) {
    Optional<VipMessage.Receipt> known = receipts.find(peer.id(), pay.payId());
    if (known.isPresent()) {
      boolean unused = peer.send(known.get());
      return;
    }
    peer.keep(pay);
    paying.add(peer);
  }

  /** Books the payments of a peer that wait, those by one method in a row together. */
  private void bookPayments(SoldPeer peer) {
    List<VipMessage.Pay> waiting = peer.takeUnbooked();
    int from = 0;
    while (from < waiting.size()) {
      int method = waiting.get(from).method();
      int to = from;
      while (to < waiting.size() && waiting.get(to).method() == method) {
        to++;
      }
      List<Till.PayResult> results =
          till.pay(peer.counterparty(), method, waiting.subList(from, to), used(peer));
      till.afterCommit(() -> deliver(peer, results));
      from = to;
    }
  }

  private long used(SoldPeer peer) {
    long has = peer.sale.figures().map(ServiceFigures::tokens).orElse(0L);
    return Math.max(0, till.netIssued(peer.id()) - has);
  }

  private static boolean isGrant(Till.PayResult result) {
    return result instanceof Till.PayResult.Paid paid && paid.untilSeconds() > 0;
  }

  private void deliver(SoldPeer peer, List<Till.PayResult> results) {
    if (results.stream().anyMatch(VipHouse::isGrant)) {
      grants.load();
    }
    deliverTokens(
        peer,
        tokens -> {
          for (Till.PayResult result : results) {
            switch (result) {
              case Till.PayResult.Paid paid -> acknowledge(peer, paid, tokens);
              case Till.PayResult.Refused refused -> refusePayment(peer, refused, tokens);
            }
          }
        });
  }

  private void acknowledge(SoldPeer peer, Till.PayResult.Paid paid, long tokens) {
    take(peer, peer.sale.onBought(paid.tokens(), now()));
    Bytes32 digest =
        VipSignatures.receiptDigest(
            paid.pay().payId(),
            peer.id(),
            paid.pay().method(),
            paid.cumulativeWei(),
            tokens,
            paid.serial());
    VipMessage.Receipt receipt =
        new VipMessage.Receipt(
            paid.pay().payId(),
            0,
            paid.creditedWei(),
            paid.cumulativeWei(),
            paid.currencyWei(),
            tokens,
            paid.serial(),
            Bytes.EMPTY,
            nodeKey.sign(digest).toBytes65());
    receipts.put(peer.id(), receipt);
    boolean unused = peer.send(receipt);
  }

  /** Evidence travels in a receipt; everything else is refused with the reason in words. */
  private void refusePayment(SoldPeer peer, Till.PayResult.Refused refused, long tokens) {
    Refusal refusal = refused.refusal();
    if (refusal.evidence().isEmpty()) {
      refuse(peer, refused.pay().payId().toLong(), refusal);
      return;
    }
    boolean unused =
        peer.send(
            new VipMessage.Receipt(
                refused.pay().payId(),
                refusal.code().number(),
                UInt256.ZERO,
                UInt256.ZERO,
                refused.currencyWei(),
                tokens,
                refused.serial(),
                refusal.evidence(),
                Bytes.EMPTY));
  }

  /** Brings a node's tokens up to what the books say, and tells how many it has. */
  void deliverTokens(SoldPeer peer, Consumer<Long> then) {
    long net = till.netIssued(peer.id()) - taking.getOrDefault(peer.id(), 0L);
    onDesk(
        desk -> {
          long unused = desk.deliverTokens(peer.id(), net);
          return new Delivered(desk.tokens(peer.id()), desk.client(peer.id()));
        },
        delivered -> {
          then.accept(delivered.tokens());
          delivered.client().ifPresent(client -> onClient(peer, client));
        });
  }

  private record Delivered(long tokens, Optional<ServiceDesk.Client> client) {}

  // ---- exchanges

  private void trade(SoldPeer peer, VipMessage.Exchange exchange) {
    if (exchange.maxTokens() <= 0 && exchange.minTokens() < 0) {
      sell(peer, exchange);
      return;
    }
    try {
      Till.Exchanged done = till.buy(peer.counterparty(), exchange);
      till.afterCommit(
          () ->
              deliverTokens(
                  peer,
                  tokens -> {
                    take(peer, peer.sale.onBought(done.tokens(), now()));
                    sendExchanged(peer, exchange, done, tokens);
                  }));
    } catch (Refusal refusal) {
      refuse(peer, exchange.requestId(), refusal);
    }
  }

  /** The pool takes the tokens first, because it knows whether they are still there. */
  private void sell(SoldPeer peer, VipMessage.Exchange exchange) {
    if (peer.selling) {
      refuse(
          peer,
          exchange.requestId(),
          new Refusal(
              RefusalCode.RATE_LIMITED, "one sale at a time", (int) RETRY_SECONDS, Bytes.EMPTY));
      return;
    }
    TokenMarket.Traded wanted;
    try {
      long tokens = peer.sale.figures().map(ServiceFigures::tokens).orElse(0L);
      wanted = till.offerForSale(peer.counterparty(), exchange, tokens);
    } catch (Refusal refusal) {
      refuse(peer, exchange.requestId(), refusal);
      return;
    }
    long tokens = -wanted.tokens();
    peer.selling = true;
    takeTokens(peer.id(), tokens, taken -> onTaken(peer, exchange, tokens, taken));
  }

  /**
   * Has the pool take tokens; answers on this loop. Until the answer is booked and durable the
   * books still count them as issued: a delivery that happens meanwhile, for example of a payment
   * sent right behind a sale, must not bring them back.
   */
  void takeTokens(Bytes32 node, long tokens, Consumer<Boolean> then) {
    taking.merge(node, tokens, Long::sum);
    peer(node).ifPresent(peer -> peer.sale.onTaking(tokens));
    boolean unused =
        les.withDesk(
            desk ->
                desk.takeTokens(
                    node, tokens, taken -> loop.execute(() -> onTaken(node, tokens, taken, then))));
  }

  private void onTaken(Bytes32 node, long tokens, boolean areTaken, Consumer<Boolean> then) {
    if (!areTaken) {
      peer(node).ifPresent(peer -> peer.sale.onTaking(-tokens));
    }
    till.afterCommit(
        () -> {
          long left = taking.getOrDefault(node, 0L) - tokens;
          if (left > 0) {
            taking.put(node, left);
          } else {
            taking.remove(node);
          }
          // What was bought meanwhile may have been held back.
          peer(node).ifPresent(peer -> deliverTokens(peer, unused -> {}));
        });
    then.accept(areTaken);
  }

  private void onTaken(SoldPeer peer, VipMessage.Exchange exchange, long tokens, boolean areTaken) {
    peer.selling = false;
    Refusal refused = new Refusal(RefusalCode.OVER_LIMIT, "the tokens are used up");
    if (areTaken) {
      try {
        Till.Exchanged done = till.sellBack(peer.counterparty(), exchange, tokens);
        till.afterCommit(
            () -> deliverTokens(peer, left -> sendExchanged(peer, exchange, done, left)));
        return;
      } catch (Refusal refusal) {
        refused = refusal;
        till.afterCommit(() -> deliverTokens(peer, left -> {})); // they are the client's again
      }
    }
    refuse(peer, exchange.requestId(), refused);
  }

  private static void sendExchanged(
      SoldPeer peer, VipMessage.Exchange exchange, Till.Exchanged done, long tokens) {
    boolean unused =
        peer.send(
            new VipMessage.Exchanged(
                exchange.requestId(),
                done.serial(),
                done.tokens(),
                done.wei(),
                tokens,
                done.currencyWei()));
  }

  // ---- the client pool

  /** Asks something on the node loop and goes on with the answer here. */
  <T> void onDesk(Function<ServiceDesk, T> question, Consumer<T> then) {
    boolean unused =
        les.withDesk(
            desk -> {
              T answer = question.apply(desk);
              loop.execute(() -> then.accept(answer));
            });
  }

  void onClient(ServiceDesk.Client client) {
    SoldPeer peer = peers.get(client.id());
    if (peer != null) {
      onClient(peer, client);
    }
  }

  private void onClient(SoldPeer peer, ServiceDesk.Client client) {
    peer.priority = client.priority();
    if (auction.hasWon(peer)) {
      take(peer, peer.sale.onCapacity(client.capacity(), CapacityReason.AUCTION));
    }
    take(peer, peer.sale.onFigures(figures(client), now()));
  }

  private ServiceFigures figures(ServiceDesk.Client client) {
    return new ServiceFigures(
        client.capacity(),
        offers.totals().minCapacity(),
        client.tokens(),
        client.spendPerSecond(),
        tokens -> till.shop().market().costOf(tokens));
  }

  private void refresh(SoldPeer peer) {
    onDesk(
        desk -> desk.client(peer.id()), client -> client.ifPresent(known -> onClient(peer, known)));
  }

  private record Survey(
      ServiceDesk.Totals totals, List<ServiceDesk.Client> clients, PriceFactors factors) {}

  /** Once a second: how everybody stands. */
  void survey() {
    onDesk(
        desk -> new Survey(desk.totals(), desk.clients(), desk.defaultFactors()),
        survey -> {
          offers.onTotals(survey.totals(), micro(survey.factors()));
          TokenMarket market = till.shop().market();
          till.shop()
              .setMarket(
                  market
                      .withTokensOut(survey.totals().totalTokens())
                      .advance(till.nowSeconds(), offers.freeShareMicro(), offers.maxTokenLimit()));
          survey.clients().forEach(this::onClient);
          deliverLate();
          auction.poll();
          grants.poll();
          renewOffers();
        });
  }

  /** Tokens that a method granted by itself reach their node here. */
  private void deliverLate() {
    for (SoldPeer peer : peers()) {
      long net = till.netIssued(peer.id());
      if (peer.sale.isOpen() && net != peer.knownNet) {
        peer.knownNet = net;
        deliverTokens(peer, tokens -> {});
      }
    }
  }

  static OfferTerms.Factors micro(PriceFactors factors) {
    return new OfferTerms.Factors(
        Math.round(factors.time() * 1e6),
        Math.round(factors.capacity() * 1e6),
        Math.round(factors.request() * 1e6));
  }

  // ---- offers

  private long guaranteedSeconds() {
    return offers.config().sale().trialGuaranteedSeconds();
  }

  private void offer(SoldPeer peer, long trialLeftSeconds) {
    OfferTerms terms =
        offers.terms(
            till.shop().market(), trialLeftSeconds, guaranteedSeconds(), till.nowSeconds() * 1000);
    peer.offered = terms;
    peer.offeredAtNanos = loop.nowNanos();
    counters.onOffer();
    boolean unused = peer.send(offers.sign(terms));
  }

  /** Who was offered other prices, or long ago, is offered those of now; at most every 10 s. */
  private void renewOffers() {
    TokenMarket market = till.shop().market();
    long now = loop.nowNanos();
    OfferTerms everybody = newest == null ? null : newest.terms();
    if (everybody == null || isDue(everybody, market)) {
      makeOffer();
    }
    for (SoldPeer peer : peers()) {
      OfferTerms offered = peer.offered;
      if (peer.sale.isOpen()
          && offered != null
          && now - peer.offeredAtNanos >= 10 * SECOND_NANOS
          && isDue(offered, market)) {
        if (offers.isNews(offered, market)) {
          take(peer, peer.sale.onNews(NoticeKind.PRICE_CHANGE, 0, Bytes.EMPTY));
        }
        offer(peer, peer.sale.trialLeftSeconds(now()));
      }
    }
  }

  /** Offers everybody what there is now. */
  void makeOffer() {
    OfferTerms terms =
        offers.terms(
            till.shop().market(),
            offers.config().sale().trialSeconds(),
            guaranteedSeconds(),
            till.nowSeconds() * 1000);
    newest = offers.sign(terms);
    offerListeners.forEach(listener -> listener.accept(terms));
  }

  void onOffer(Consumer<OfferTerms> listener) {
    offerListeners.add(listener);
  }

  private boolean isDue(OfferTerms offered, TokenMarket market) {
    long age = till.nowSeconds() - offered.fromSeconds();
    return offers.isNews(offered, market) || age * 2 >= offers.config().offerSeconds();
  }

  /** Prices or pools changed by order of the operator: everybody hears at the next survey. */
  void forgetOffers() {
    newest = null;
  }

  // ---- the chain

  void onHead(ChainHead head) {
    if (broken) {
      return;
    }
    List<MethodNews> news = new ArrayList<>();
    for (PaymentMethod method : till.methods()) {
      news.addAll(till.inBatch(batch -> method.onHead(head, batch)));
    }
    till.afterCommit(() -> news.forEach(this::tell));
  }

  private void tell(MethodNews news) {
    for (SoldPeer peer : peers()) {
      Counterparty owner = peer.counterparty();
      if (owner.moneyOwner().equals(news.moneyOwner())) {
        take(peer, told(peer, news));
      }
    }
    roles.forEach(role -> role.onNews(news));
  }

  private static List<SaleStep> told(SoldPeer peer, MethodNews news) {
    Sale sale = peer.sale;
    return switch (news) {
      case MethodNews.WithdrawSeen seen ->
          sale.onNews(
              NoticeKind.WITHDRAW_SEEN,
              0,
              Bytes.ofUnsignedLong(seen.claimableBlock()).trimLeadingZeros());
      case MethodNews.DepositLost lost -> sale.onNews(NoticeKind.DEPOSIT_UNCERTAIN, 0, Bytes.EMPTY);
      case MethodNews.ParamsExpiring expiring ->
          sale.onNews(NoticeKind.PARAMS_EXPIRING, expiring.secondsLeft(), Bytes.EMPTY);
      case MethodNews.Confirmed confirmed ->
          sale.onNews(NoticeKind.PARAMS_EXPIRING, 0, confirmed.data());
    };
  }

  // ---- turns

  /** The end of a turn: payments are booked, the books written, promises kept. */
  void endTurn() {
    if (broken) {
      return;
    }
    List<SoldPeer> waiting = List.copyOf(paying);
    paying.clear();
    try {
      waiting.forEach(this::bookPayments);
      till.endTurn();
    } catch (LedgerStoreException e) {
      broken = true;
      till.dropPromises();
      LOG.error("Nothing is sold any more: {}", e.getMessage());
    }
  }

  boolean isBroken() {
    return broken;
  }

  VipMessage.Status status(
      UInt256 chainId, Bytes32 genesis, Optional<Address> account, Bytes bindSignature) {
    return new VipMessage.Status(
        VipCapability.VERSION,
        chainId,
        genesis,
        roleBits(),
        account,
        till.nowSeconds(),
        till.methods().stream().map(PaymentMethod::terms).map(MethodEntry::of).toList(),
        bindSignature);
  }
}
