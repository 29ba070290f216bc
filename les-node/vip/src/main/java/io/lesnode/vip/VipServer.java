package io.lesnode.vip;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.flowcontrol.pool.PriceFactors;
import io.lesnode.les.server.ServiceDesk;
import io.lesnode.les.server.ServiceForSale;
import io.lesnode.les.server.ServiceListener;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.ChainUnavailableException;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.Settlement;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerHistory;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.price.TokenMarket;
import io.lesnode.vipnode.server.Sale;
import io.lesnode.vipnode.server.TokenShop;
import io.lesnode.vipnode.server.TrialBook;
import io.lesnode.vipnode.wire.OfferTerms;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipRecordEntry;
import io.lesnode.vipnode.wire.VipSignatures;
import io.lesnode.vipnode.wire.VipTalk;
import io.lesnode.vipnode.wire.VipWireException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sells priority at a LES server: hand it to the P2P server as a second sub-protocol. It starts
 * with a peer after the LES handshake of the same connection; a peer that does not share vip/1 sees
 * nothing of it.
 *
 * <p>Thread-safe: every call only enqueues to the ledger loop; those of {@link VipAdmin} wait for
 * it. To be closed after the P2P server and before the LES server and the books.
 */
public final class VipServer implements SubProtocol, VipAdmin, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VipServer.class);
  private static final long ANSWER_SECONDS = 10;
  private static final int FLOOD_BYTES = 1024 * 1024;
  private static final long SURVEY_NANOS = 1_000_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /**
   * What a vip server works with.
   *
   * @param ledger its books; confined to the ledger loop from here on, closed by whoever opened
   *     them
   * @param methods how it is paid; they must use these books
   * @param account where it is paid at; empty where no method needs one
   * @param nodeKey of the node, which signs offers and receipts
   * @param settlements who brings money home
   */
  public record Parts(
      ServiceForSale les,
      Ledger ledger,
      List<PaymentMethod> methods,
      Optional<Signer> account,
      KeyPair nodeKey,
      long chainId,
      Bytes32 genesisHash,
      InstantSource clock,
      VipSettlements settlements) {
    /** Copies the list. */
    public Parts {
      methods = List.copyOf(methods);
    }
  }

  private final Parts parts;
  private final VipLoop loop;
  private final VipHouse house;
  private final Sale.House seller;
  private final VipCounters counters = new VipCounters();
  private volatile VipServerConfig config;
  private volatile boolean closed;

  private VipServer(
      VipServerConfig config, Parts parts, Function<Runnable, VipLoop> loopWithAfterTurn) {
    this.config = config;
    this.parts = parts;
    this.loop = loopWithAfterTurn.apply(this::endTurn);
    OfferDesk offers = new OfferDesk(config, parts.nodeKey(), parts.methods());
    Before before = ask(parts.les(), desk -> prepare(desk, config));
    offers.onTotals(before.totals(), VipHouse.micro(before.factors()));
    long nowSeconds = parts.clock().instant().getEpochSecond();
    TokenMarket market =
        Till.storedMarket(parts.ledger())
            .map(stored -> TokenMarket.decode(offers.marketSettings(), stored))
            .orElseGet(() -> offers.opening(nowSeconds));
    Till till =
        new Till(parts.ledger(), parts.methods(), new TokenShop(market), counters, parts.clock());
    house = new VipHouse(loop, parts.les(), till, offers, counters, parts.nodeKey(), this::greet);
    seller =
        new Sale.House(
            UInt256.valueOf(parts.chainId()),
            parts.genesisHash(),
            house.self(),
            parts.methods().stream().map(PaymentMethod::id).collect(Collectors.toSet()),
            config.auction());
  }

  private record Before(ServiceDesk.Totals totals, PriceFactors factors) {}

  private static Before prepare(ServiceDesk desk, VipServerConfig config) {
    desk.setTokenTimeConstant(config.expirySeconds());
    return new Before(desk.totals(), desk.defaultFactors());
  }

  /**
   * Starts to sell. Tokens that were sold before a crash and not delivered are delivered now.
   *
   * @throws VipAdminException if the LES server does not answer
   */
  public static VipServer start(VipServerConfig config, Parts parts) {
    return started(
        new VipServer(config, parts, afterTurn -> new ThreadedVipLoop("vip-server", afterTurn)));
  }

  /**
   * Starts to sell on the time of a host, on its thread and on no other; the LES server must be
   * driven by the same host. Its {@link VipAdmin} answers at once.
   *
   * @throws IllegalArgumentException if there is an account, whose signer would need a thread
   */
  public static VipServer start(VipServerConfig config, Parts parts, VipHost host) {
    if (parts.account().isPresent()) {
      throw new IllegalArgumentException("a hosted vip server has no account");
    }
    return started(new VipServer(config, parts, afterTurn -> new HostedVipLoop(host, afterTurn)));
  }

  private static VipServer started(VipServer server) {
    Parts parts = server.parts;
    VipServerConfig config = server.config;
    server.deliverAll();
    parts.les().setSeller(server.new Listener());
    server.loop.schedule(SURVEY_NANOS, server::survey);
    server.loop.schedule(config.settleSeconds() * SECOND_NANOS, server::settleSometimes);
    server.loop.start();
    LOG.info(
        "Priority is for sale: {} wei for an hour at capacity {}, paid by {}",
        config.hourPriceWei().toBigInteger(),
        server.house.offers.totals().minCapacity(),
        parts.methods().stream().map(method -> method.id().text()).toList());
    return server;
  }

  /** What every start does: the pool gets what the books say was issued and it has not. */
  private void deliverAll() {
    house.grants.load();
    house.prices.makeOffer();
    parts
        .ledger()
        .forEachNode(
            node -> {
              long net = node.issued() - node.returned() - node.expired();
              boolean unused =
                  parts
                      .les()
                      .withDesk(
                          desk -> {
                            long added = desk.deliverTokens(node.nodeId(), net);
                            if (added > 0) {
                              LOG.info("{} tokens sold before reach {}", added, node.nodeId());
                            }
                          });
            });
  }

  /**
   * The node plays a further role, for example a pool. To be called before the P2P server starts.
   */
  public void addRole(VipRole role) {
    loop.execute(() -> house.addRole(role));
  }

  /** Names the pools whose grants are taken, in offers. */
  public void setPools(List<Bytes32> pools) {
    List<Bytes32> named = List.copyOf(pools);
    loop.execute(
        () -> {
          house.offers.setPools(named);
          house.prices.forgetOffers();
        });
  }

  // ---- the network

  @Override
  public List<Capability> capabilities() {
    return List.of(
        new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT));
  }

  @Override
  public int maxPayloadBytes() {
    // what is over 64 KiB ends vip and not the connection; only what is far over floods us
    return FLOOD_BYTES;
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    NodeId node = link.remoteId();
    Counterparty counterparty = new Counterparty(node.hash(), node.publicKey(), Optional.empty());
    InetSocketAddress address = link.remoteAddress();
    Bytes network =
        address.getAddress() == null
            ? node.hash()
            : TrialBook.network(address.getAddress(), node.hash());
    Sale sale = new Sale(config.sale(), seller, house.trials(), counterparty, network);
    SoldPeer peer = new SoldPeer(link, sale, counters);
    loop.execute(() -> house.onAccepted(peer));
    return new VipSession(link, new Inbox(peer), counters, loop::nowNanos);
  }

  private final class Inbox implements VipSession.Inbox {
    private final SoldPeer peer;

    Inbox(SoldPeer peer) {
      this.peer = peer;
    }

    @Override
    public void onMessage(VipMessage message) {
      loop.execute(() -> house.onMessage(peer, message));
    }

    @Override
    public void onBroken(VipWireException problem) {
      loop.execute(() -> house.onBroken(peer, String.valueOf(problem.getMessage())));
    }

    @Override
    public void onClosed() {
      loop.execute(() -> house.onClosed(peer));
    }
  }

  /** Hears of clients on the LES server's node loop and passes it on. */
  private final class Listener implements ServiceListener {
    @Override
    public void onJoined(Bytes32 id, InetSocketAddress address) {
      loop.execute(() -> house.onJoined(id, address));
    }

    @Override
    public void onLeft(Bytes32 id, InetSocketAddress address) {
      loop.execute(() -> house.onLeft(id, address));
    }

    @Override
    public void onCapacity(ServiceDesk.Client client) {
      loop.execute(() -> house.onClient(client));
    }
  }

  /** Makes our Status for a peer; the signer may take its time, so on a thread of its own. */
  private void greet(SoldPeer peer, Consumer<VipMessage.Status> then) {
    UInt256 chainId = seller.chainId();
    if (parts.account().isEmpty()) {
      then.accept(house.status(chainId, parts.genesisHash(), Optional.empty(), Bytes.EMPTY));
      return;
    }
    Signer signer = parts.account().get();
    Bytes32 digest =
        VipSignatures.bindDigest(
            chainId,
            house.self(),
            peer.id(),
            signer.address(),
            VipSignatures.contractSetHashOf(
                parts.methods().stream().map(PaymentMethod::terms).toList()));
    Thread unused =
        Thread.startVirtualThread(
            () -> {
              try {
                Bytes signature =
                    signer
                        .sign(
                            new SigningRequest(
                                SigningRequest.Kind.DIGEST,
                                digest,
                                Bytes.EMPTY,
                                "binding of this account to our node, for " + peer.nodeId()))
                        .toBytes65();
                loop.execute(
                    () ->
                        then.accept(
                            house.status(
                                chainId,
                                parts.genesisHash(),
                                Optional.of(signer.address()),
                                signature)));
              } catch (SignerException e) {
                LOG.warn("No vip with {}: {}", peer.nodeId(), e.getMessage());
              }
            });
  }

  /**
   * Answers discovery's TALKREQ {@code vip} with our newest offer, or with nothing. From any
   * thread.
   *
   * @param reply gets the answer on the ledger loop
   */
  public void answerTalk(Bytes question, Consumer<Bytes> reply) {
    if (closed) {
      return;
    }
    loop.execute(
        () -> {
          VipMessage.Offer offer = house.prices.newestOffer();
          reply.accept(offer == null ? Bytes.EMPTY : VipTalk.answer(question, offer));
        });
  }

  /** Has somebody hear of every new offer to everybody, on the ledger loop; it must not block. */
  public void onOffer(Consumer<OfferTerms> listener) {
    loop.execute(() -> house.prices.onOffer(listener));
  }

  /** The entry {@code vip} of our node record, once there is an offer. */
  public Optional<Bytes> recordEntry() {
    return offer().map(offer -> VipRecordEntry.of(offer.terms()).encode());
  }

  // ---- time and the chain

  private void survey() {
    house.survey();
    loop.schedule(SURVEY_NANOS, this::survey);
  }

  private void settleSometimes() {
    try {
      settleNow(false);
    } catch (VipAdminException e) {
      LOG.warn("Nothing was settled: {}", e.getMessage());
    }
    loop.schedule(config.settleSeconds() * SECOND_NANOS, this::settleSometimes);
  }

  private List<Settlement> settleNow(boolean everything) {
    try {
      house.till.endTurn();
      long nowSeconds = house.till.nowSeconds();
      List<Settlement> sent = parts.settlements().settle(everything, nowSeconds);
      if (!sent.isEmpty()) {
        counters.onSettlement(sent.size(), nowSeconds);
      }
      return sent;
    } catch (ChainUnavailableException | SignerException e) {
      throw new VipAdminException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A new head of our chain. From any thread. */
  public void onHead(ChainHead head) {
    if (closed) {
      return;
    }
    loop.execute(
        () -> {
          house.onHead(head);
          house.till.endTurn();
          try {
            parts.settlements().onHead(head);
          } catch (ChainUnavailableException | SignerException e) {
            LOG.warn("Settlements wait: {}", e.getMessage());
          }
        });
  }

  private void endTurn() {
    house.endTurn();
  }

  // ---- the operator's side

  @Override
  public Status status() {
    return ask(
        () ->
            new Status(
                parts.account().map(Signer::address),
                parts.chainId(),
                house.offers.config().hourPriceWei(),
                house.offers.config().auction(),
                house.isBroken(),
                parts.methods().stream().map(PaymentMethod::terms).toList(),
                VipReport.figures(house, counters),
                parts.settlements().running()));
  }

  @Override
  public Optional<VipMessage.Offer> offer() {
    return ask(() -> Optional.ofNullable(house.prices.newestOffer()));
  }

  @Override
  public List<Client> clients() {
    return ask(() -> VipReport.clients(house));
  }

  @Override
  public VipFigures figures() {
    return ask(() -> VipReport.figures(house, counters));
  }

  @Override
  public LedgerHistory history() {
    return parts.ledger().history();
  }

  @Override
  public List<Settlement> settle() {
    return ask(() -> settleNow(true));
  }

  @Override
  public void setHourPrice(UInt256 wei) {
    VipServerConfig next = config.withHourPrice(wei);
    boolean unused =
        ask(
            () -> {
              config = next;
              house.offers.setConfig(next);
              TokenMarket market = house.till.shop().market();
              house
                  .till
                  .shop()
                  .setMarket(
                      VipReport.repriced(
                          market, house.offers.marketSettings(), house.offers.priceQ64()));
              house.prices.forgetOffers();
              return true;
            });
  }

  private <T> T ask(Supplier<T> question) {
    if (closed) {
      throw new VipAdminException("the vip server is being ended");
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            answer.complete(question.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    loop.catchUp();
    return await(answer, "the vip server");
  }

  private static <T> T ask(ServiceForSale les, Function<ServiceDesk, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (!les.withDesk(desk -> answer.complete(question.apply(desk)))) {
      throw new VipAdminException("the LES server is being ended");
    }
    return await(answer, "the LES server");
  }

  private static <T> T await(CompletableFuture<T> answer, String who) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new VipAdminException(who + " gave no answer within " + ANSWER_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VipAdminException("the caller was interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof VipAdminException refused) {
        throw new VipAdminException(String.valueOf(refused.getMessage()), refused);
      }
      throw new IllegalStateException("A bug in " + who, e.getCause());
    }
  }

  /** Books what waits, settles if it is configured, and ends; peers are not told. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (config.settleAtEnd()) {
      try {
        List<Settlement> sent = settle();
        LOG.info("Settled at the end: {} transactions", sent.size());
      } catch (VipAdminException e) {
        LOG.warn("Nothing was settled at the end: {}", e.getMessage());
      }
    }
    closed = true;
    loop.close();
  }
}
