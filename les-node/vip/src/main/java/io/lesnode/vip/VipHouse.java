package io.lesnode.vip;

import io.lesnode.devp2p.NodeId;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.les.server.ServiceDesk;
import io.lesnode.les.server.ServiceForSale;
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
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.Moment;
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
  static final long MAX_BIAS_SECONDS = TimeUnit.DAYS.toSeconds(365);

  final VipLoop loop;
  final ServiceForSale les;
  final Till till;
  final OfferDesk offers;
  final AuctionDesk auction;
  final GrantDesk grants;
  final PaymentDesk payments;
  final PriceDesk prices;
  final VipCounters counters;
  private final Bytes32 self;
  private final TrialBook trials;
  private final Map<Bytes32, SoldPeer> peers = new LinkedHashMap<>();
  private final Map<Bytes32, InetSocketAddress> served = new HashMap<>();
  private final Map<Bytes32, Long> offUntilNanos = new HashMap<>();

  private final List<VipRole> roles = new ArrayList<>();
  private final BiConsumer<SoldPeer, Consumer<VipMessage.Status>> greeter;
  private boolean broken;

  VipHouse(
      VipLoop loop,
      ServiceForSale les,
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
    this.self = NodeId.of(nodeKey.publicKey()).hash();
    this.trials = new TrialBook(offers.config().sale());
    this.greeter = greeter;
    this.auction = new AuctionDesk(this);
    this.grants = new GrantDesk(this);
    this.payments = new PaymentDesk(this, nodeKey);
    this.prices = new PriceDesk(this);
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
      payments.book(peer);
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
      case SaleStep.Answer answer -> prices.answer(peer, answer.query());
      case SaleStep.OpenMethod open -> open(peer, open.open());
      case SaleStep.TakePayment payment -> payments.take(peer, payment.pay());
      case SaleStep.Trade trade -> payments.trade(peer, trade.exchange());
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
    prices.offer(peer, welcome.trialLeftSeconds());
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

  static long bias(long seconds) {
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

  void onClient(SoldPeer peer, ServiceDesk.Client client) {
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
          prices.renew();
        });
  }

  /** Tokens that a method granted by itself reach their node here. */
  private void deliverLate() {
    for (SoldPeer peer : peers()) {
      long net = till.netIssued(peer.id());
      if (peer.sale.isOpen() && net != peer.knownNet) {
        peer.knownNet = net;
        payments.deliverTokens(peer, tokens -> {});
      }
    }
  }

  static OfferTerms.Factors micro(PriceFactors factors) {
    return new OfferTerms.Factors(
        Math.round(factors.time() * 1e6),
        Math.round(factors.capacity() * 1e6),
        Math.round(factors.request() * 1e6));
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
    try {
      payments.bookAll();
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
