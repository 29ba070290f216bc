package io.lesnode.vip;

import io.lesnode.chain.blocks.Subscription;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.LightClientBuilder;
import io.lesnode.les.client.ServerInfo;
import io.lesnode.les.client.pool.ServerPrices;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Signer;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.client.Budget;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.BuyerAction;
import io.lesnode.vipnode.client.Buyers;
import io.lesnode.vipnode.client.Demand;
import io.lesnode.vipnode.client.HistoryEntry;
import io.lesnode.vipnode.client.Moment;
import io.lesnode.vipnode.client.PayerOutcome;
import io.lesnode.vipnode.client.QuoteAnswer;
import io.lesnode.vipnode.client.ServiceValue;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A light client that buys better service within a budget: vip/1 beside LES on the same
 * connections. Offers, quotes, deposits, payments and capacity are looked after; the user sets what
 * may be spent and what is wanted. The chain that money is on is read through LES, with proofs:
 * there is no RPC endpoint anywhere.
 *
 * <p>Thread-safe. Two threads: the <i>vip loop</i> owns the deals ({@link Buyers}) and never
 * blocks; the <i>payer thread</i> owns accounts and books, and waits for the chain, the signer and
 * the disk, one piece of work after another. The methods block their caller until one of them
 * answers. What cannot be had ends in a {@link VipException} that says why.
 */
public final class VipClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VipClient.class);

  /** What is over 64 KiB ends vip and not the connection; only what is far over floods us. */
  private static final int FLOOD_BYTES = 1 << 20;

  private final InstantSource clock;
  private final VipOptions options;
  private final BuyingThreads threads = new BuyingThreads();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean headWaits = new AtomicBoolean();
  private final Map<Bytes32, Double> priceRatios = new ConcurrentHashMap<>();
  private final ClientRecords records;

  /** Confined to the vip loop. */
  private final Map<Bytes32, ClientSession> sessions = new HashMap<>();

  /** Confined to the vip loop. */
  private final List<HistoryEntry> notes = new ArrayList<>();

  /** Confined to the vip loop. */
  private Map<Bytes32, ServiceValue.Served> served = Map.of();

  /** Confined to the vip loop. */
  private final Map<String, Bytes32> idHashes = new HashMap<>();

  private @Nullable LightClient client;
  private @Nullable Buyers buyers;
  private @Nullable PayerWorker worker;
  private @Nullable Subscription heads;

  private VipClient(VipOptions options, InstantSource clock) {
    this.options = options;
    this.clock = clock;
    this.records = new ClientRecords(options.folder(), clock);
  }

  /**
   * Starts a light client that buys.
   *
   * @param builder the light client, not started; its prices of servers are set here
   * @throws io.lesnode.payment.ledger.LedgerStoreException if the folder of payments cannot be used
   * @throws IllegalArgumentException if what was spent cannot be read
   * @throws IOException as {@link LightClientBuilder#start}
   */
  public static VipClient start(LightClientBuilder builder, VipOptions options) throws IOException {
    VipClient vip = new VipClient(options, InstantSource.system());
    try {
      Budget budget = vip.records.budget(options.budget());
      vip.threads.onLoop(vip::awaitBegin);
      LightClient client = builder.protocol(vip.protocol()).serverPrices(vip.prices()).start();
      vip.begin(client, budget);
      return vip;
    } catch (IOException | RuntimeException e) {
      vip.close();
      throw e;
    }
  }

  private void awaitBegin() {
    try {
      begun.await();
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(LightClient started, Budget budget) {
    client = started;
    Optional<Address> account = options.signer().map(Signer::address);
    LesChainView chain = new LesChainView(started);
    buyers =
        new Buyers(
            started.network().self().nodeId().hash(),
            UInt256.valueOf(chain.chainId()),
            chain.genesisHash(),
            account,
            options.demand(),
            budget,
            id -> served.getOrDefault(id, ServiceValue.Served.NOTHING),
            this::carryOut);
    worker = threads.fromPayer(() -> new PayerWorker(options, chain, records, this::countFee));
    heads = started.onHead(change -> onHead());
    threads.everySecond(this::tick);
    begun.countDown();
  }

  /** The light client; closed by {@link #close}. */
  public LightClient client() {
    LightClient started = client;
    if (started == null) {
      throw new IllegalStateException("the light client is not started");
    }
    return started;
  }

  private Buyers buyers() {
    Buyers deals = buyers;
    if (deals == null) {
      throw new IllegalStateException("not started");
    }
    return deals;
  }

  private PayerWorker worker() {
    PayerWorker payer = worker;
    if (payer == null) {
      throw new IllegalStateException("not started");
    }
    return payer;
  }

  // ------------------------------------------------------------------ for users

  /** How buying stands. */
  public VipStatus status() {
    return threads.fromLoop(
        () -> {
          Moment now = now();
          Budget budget = buyers().budget();
          return new VipStatus(
              options.signer().map(Signer::address),
              budget.rules(),
              budget.spentWei(now.unixSeconds()),
              budget.leftWei(now.unixSeconds()),
              buyers().demand(),
              buyers().views(now));
        });
  }

  /**
   * What a capacity for a time would cost at a server.
   *
   * @param server its node id
   * @param capacity 0: what the demand says
   */
  public QuoteAnswer quote(Bytes32 server, long capacity, Duration stay) {
    CompletableFuture<QuoteAnswer> answer = new CompletableFuture<>();
    onLoop(
        () ->
            buyers()
                .quote(server, capacity, Math.max(1, stay.toSeconds()), answer::complete, now()));
    return BuyingThreads.waitFor(answer);
  }

  /**
   * Puts money on deposit for a server; it can be used when it is confirmed.
   *
   * @return the transaction
   */
  public Bytes32 deposit(Bytes32 server, UInt256 amountWei) {
    Deal deal = deal(server);
    Bytes32 transaction =
        threads.fromPayer(() -> worker().deposit(deal.server(), deal.terms(), amountWei));
    note(server, HistoryEntry.Kind.DEPOSIT, amountWei, "transaction " + transaction);
    return transaction;
  }

  /**
   * Asks for money back from the deposit for a server; the rest goes by itself when the server's
   * time to object is over.
   *
   * @return the transaction
   */
  public Bytes32 withdraw(Bytes32 server, UInt256 amountWei) {
    Deal deal = deal(server);
    Bytes32 transaction =
        threads.fromPayer(() -> worker().withdraw(deal.server(), deal.terms(), amountWei));
    note(server, HistoryEntry.Kind.WITHDRAWAL, amountWei, "transaction " + transaction);
    return transaction;
  }

  /** Buys of a server now, without watching its free service first. The budget holds. */
  public void payNow(Bytes32 server) {
    if (!threads.fromLoop(() -> buyers().buyNow(server, now()))) {
      throw notConnected();
    }
  }

  /** Ends the deal with a server; its free service goes on. */
  public void endDeal(Bytes32 server) {
    if (!threads.fromLoop(() -> buyers().close(server, now()))) {
      throw notConnected();
    }
  }

  /** Changes the budget until the next start; what was spent stays counted. */
  public void budget(BudgetRules rules) {
    boolean unused =
        threads.fromLoop(
            () -> {
              buyers().budget().change(rules);
              return true;
            });
  }

  /** Changes what is wanted until the next start. */
  public void demand(Demand wanted) {
    boolean unused =
        threads.fromLoop(
            () -> {
              buyers().demand(wanted);
              return true;
            });
  }

  /** What happened, oldest first. */
  public List<HistoryEntry> history(int most) {
    boolean unused = threads.fromLoop(this::flush);
    return threads.fromPayer(() -> records.history(most));
  }

  private record Deal(Counterparty server, MethodTerms terms) {}

  private Deal deal(Bytes32 server) {
    return threads.fromLoop(
        () -> {
          Counterparty known = buyers().counterparty(server).orElseThrow(VipClient::notConnected);
          MethodTerms terms =
              buyers()
                  .method(server)
                  .orElseThrow(
                      () ->
                          new VipException(
                              "there is no payment method that this server and we have in common"));
          return new Deal(known, terms);
        });
  }

  private static VipException notConnected() {
    return new VipException("no server of this id is connected with vip");
  }

  // ------------------------------------------------------------------ the vip loop

  void onLoop(Runnable task) {
    threads.onLoop(task);
  }

  private SubProtocol protocol() {
    Capability capability =
        new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT);
    return new SubProtocol() {
      @Override
      public List<Capability> capabilities() {
        return List.of(capability);
      }

      @Override
      public int maxPayloadBytes() {
        return FLOOD_BYTES;
      }

      @Override
      public PeerSession accept(PeerLink link, Capability negotiated) {
        ClientSession session = new ClientSession(link, VipClient.this);
        onLoop(() -> onOpened(session));
        return session;
      }
    };
  }

  private void onOpened(ClientSession session) {
    sessions.put(session.id(), session);
    buyers().onConnected(session.id(), session.nodeKey(), now());
  }

  void onMessage(ClientSession session, VipMessage message) {
    if (isCurrent(session)) {
      buyers().onMessage(session.id(), message, now());
      price(session.id());
    }
  }

  void onBroken(ClientSession session, String reason) {
    if (isCurrent(session)) {
      buyers().onBroken(session.id(), reason, now());
    }
  }

  void onClosed(ClientSession session) {
    if (isCurrent(session)) { // a new connection may be there already
      sessions.remove(session.id());
      buyers().onDisconnected(session.id(), "not connected");
    }
  }

  private boolean isCurrent(ClientSession session) {
    return sessions.get(session.id()) == session;
  }

  private void carryOut(Bytes32 id, BuyerAction action) {
    switch (action) {
      case BuyerAction.Send send -> {
        ClientSession session = sessions.get(id);
        if (session != null && !session.send(send.message())) {
          LOG.debug("A message to {} was lost with its connection", id);
        }
      }
      case BuyerAction.Note note -> notes.add(note.entry());
      case BuyerAction.Work work -> {
        Counterparty server = buyers().counterparty(id).orElseThrow();
        Optional<MethodTerms> terms = buyers().method(id);
        Bytes budget = buyers().budget().encoded();
        threads.onPayer(
            () -> {
              records.save(budget); // before anything is signed that it counts
              PayerOutcome outcome = worker().work(work, server, terms);
              onLoop(() -> buyers().onOutcome(id, work, outcome, now()));
            });
      }
    }
  }

  private void tick() {
    served = measured();
    buyers().tick(now());
    boolean unused = flush();
  }

  /** Writes what is new; on the loop. */
  private boolean flush() {
    List<HistoryEntry> entries = List.copyOf(notes);
    notes.clear();
    Bytes budget = buyers().budget().encoded();
    threads.onPayer(
        () -> {
          records.save(budget);
          if (!entries.isEmpty()) {
            records.add(entries);
          }
        });
    return true;
  }

  private Map<Bytes32, ServiceValue.Served> measured() {
    if (sessions.isEmpty()) {
      return Map.of();
    }
    Map<Bytes32, ServiceValue.Served> values = new HashMap<>();
    for (ServerInfo server : client().servers()) {
      Bytes32 id = idHashes.computeIfAbsent(server.id(), hex -> NodeId.fromHex(hex).hash());
      double micro = Math.min(server.activity().sessionValue() * 1e6, 1e15);
      // who answered is worth something, however little is known of its speed
      long value = Math.max((long) micro, server.activity().answers() > 0 ? 1 : 0);
      values.put(id, new ServiceValue.Served(value, server.activity().askedCost()));
    }
    return values;
  }

  private boolean countFee(UInt256 feeWei) {
    Bytes saved =
        threads.fromLoop(
            () -> {
              Budget budget = buyers().budget();
              return budget.reserve(Budget.FEES, feeWei, now().unixSeconds())
                  ? budget.encoded()
                  : Bytes.EMPTY;
            });
    if (saved.isEmpty()) {
      return false;
    }
    records.save(saved);
    return true;
  }

  private void note(Bytes32 server, HistoryEntry.Kind kind, UInt256 amountWei, String text) {
    onLoop(
        () -> notes.add(new HistoryEntry(now().unixSeconds(), server, kind, amountWei, 0, text)));
  }

  private void onHead() {
    if (headWaits.compareAndSet(false, true)) {
      threads.onPayer(
          () -> {
            headWaits.set(false);
            worker().onHead();
            onLoop(() -> buyers().onHead(now()));
          });
    }
  }

  // ------------------------------------------------------------------ prices for the server pool

  /** A server's price as a share of the ceiling; a dear one still serves for nothing. */
  private ServerPrices prices() {
    return id -> priceRatios.getOrDefault(id.hash(), 0.0);
  }

  private void price(Bytes32 id) {
    Optional<OfferTerms> terms = buyers().terms(id);
    double ceiling = buyers().demand().maxPriceWeiPer1e9().toUnsignedBigInteger().doubleValue();
    if (terms.isPresent() && !buyers().budget().rules().amountWei().isZero()) {
      double price = terms.get().tokenPriceWeiPer1e9().toUnsignedBigInteger().doubleValue();
      priceRatios.put(id, ceiling > 0 ? Math.min(1, price / ceiling) : 1.0);
    }
  }

  // ------------------------------------------------------------------ small things

  private Moment now() {
    return new Moment(System.nanoTime(), clock.millis() / 1_000);
  }

  /** Ends buying, then the light client. Payments without receipt are sent again next time. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Subscription headsOpen = heads;
    if (headsOpen != null) {
      headsOpen.close();
    }
    begun.countDown();
    if (buyers != null) {
      onLoop(this::flush);
    }
    threads.close();
    LightClient started = client;
    if (started != null) {
      started.close();
    }
    records.close();
  }
}
