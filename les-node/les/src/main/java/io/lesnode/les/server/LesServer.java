package io.lesnode.les.server;

import io.lesnode.chain.store.ServerStore;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A LES server on les/2, les/3 and les/4: hand it to the P2P server as a sub-protocol.
 *
 * <p>Thread-safe: every call only enqueues to the server's node loop; those of {@link LesAdmin}
 * wait for it. {@link #close} after the P2P server is closed.
 */
public final class LesServer implements SubProtocol, LesAdmin, ServiceForSale, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LesServer.class);
  private static final long ANSWER_SECONDS = 10;

  private final ThreadedNodeLoop loop;
  private final WorkerPool workers;
  private final @Nullable StoreWriter writer;
  private final ServerState state;
  private final AdminDesk desk;
  private final CapacityDesk capacityDesk;
  private final ServiceDesk serviceDesk;
  private final ServedChain.Subscription heads;
  private final ServedChain.Subscription imports;
  private volatile boolean closed;

  private LesServer(
      LesServerConfig config,
      ServedChain chain,
      TransactionRelay pool,
      KeyPair nodeKey,
      @Nullable ServerStore store) {
    Remembered remembered =
        store == null ? Remembered.NOTHING : Remembered.read(store, config.baseCosts());
    loop = new ThreadedNodeLoop("les-server");
    workers =
        WorkerPool.ofThreads(
            new RequestServer(chain, pool), loop, config.servePercent(), config.workerThreads());
    writer = store == null ? null : new StoreWriter(store, loop);
    ServerMemory memory = writer == null ? ServerMemory.NONE : writer;
    boolean done = false;
    try {
      state =
          new ServerState(
              config,
              new ServerState.Parts(
                  chain,
                  loop,
                  workers,
                  memory,
                  remembered,
                  nodeKey,
                  InstantSource.system(),
                  new SplittableRandom()));
      done = true;
    } finally {
      if (!done) {
        endThreads(); // the balances cannot be read
      }
    }
    desk = new AdminDesk(state);
    capacityDesk = new CapacityDesk(state);
    serviceDesk = new ServiceDesk(state);
    loop.execute(state::start);
    heads = chain.subscribe(watchHeads(chain));
    imports = chain.subscribeImports(this::setImporting);
  }

  private HeadWatch watchHeads(ServedChain chain) {
    return new HeadWatch(chain, source -> loop.execute(() -> state.onNews(source)));
  }

  /**
   * Starts a server that forgets its balances when it ends.
   *
   * @param nodeKey the key of the node, which signs announcements
   */
  public static LesServer start(
      LesServerConfig config, ServedChain chain, TransactionRelay pool, KeyPair nodeKey) {
    return started(new LesServer(config, chain, pool, nodeKey, null), config);
  }

  /**
   * Starts a server.
   *
   * @param nodeKey the key of the node, which signs announcements
   * @param store balances and the global cost factor; stays open when the server is closed
   * @throws io.lesnode.flowcontrol.pool.BalanceStoreException if a balance cannot be read
   * @throws IllegalArgumentException if the cost factor cannot be read
   */
  public static LesServer start(
      LesServerConfig config,
      ServedChain chain,
      TransactionRelay pool,
      KeyPair nodeKey,
      ServerStore store) {
    return started(new LesServer(config, chain, pool, nodeKey, store), config);
  }

  private static LesServer started(LesServer server, LesServerConfig config) {
    LOG.info(
        "LES server: {} % of a thread, {} clients at most, {} threads, capacity {} per client",
        config.servePercent(),
        config.maxClients(),
        config.workerThreads(),
        server.state.budget().minCapacity());
    return server;
  }

  @Override
  public List<Capability> capabilities() {
    return Arrays.stream(LesVersion.values())
        .map(version -> new Capability("les", version.number(), version.messageCount()))
        .toList();
  }

  @Override
  public int maxPayloadBytes() {
    return LesLimits.MAX_MESSAGE_BYTES;
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    LesVersion version = LesVersion.ofNumber(negotiated.version()).orElseThrow();
    Backlog backlog = new Backlog(link);
    ServedPeer peer = new ServedPeer(state, link, version, backlog);
    loop.execute(() -> state.onPeerAccepted(peer));
    return new ServerSession(version, backlog, loop, peer);
  }

  /** Whether our chain is complete; while it is not, light clients are turned away. */
  public void setSynced(boolean synced) {
    loop.execute(() -> state.setSynced(synced));
  }

  /**
   * Whether blocks are being imported; meanwhile clients get no more than they were promised, and
   * fewer threads serve. The chain says so itself; this is for what it does not know of.
   */
  public void setImporting(boolean importing) {
    loop.execute(() -> state.setImporting(importing));
  }

  // ---- the operator's side

  @Override
  public ServerInfo serverInfo() {
    return ask(AdminDesk::serverInfo);
  }

  @Override
  public Map<Bytes32, ClientInfo> clientInfo(Collection<Bytes32> ids) {
    List<Bytes32> wanted = List.copyOf(ids);
    return ask(d -> d.clientInfo(wanted));
  }

  @Override
  public ClientPage priorityClientInfo(Bytes32 start, Bytes32 stop, int maxCount) {
    return ask(d -> d.priorityClientInfo(start, stop, maxCount));
  }

  @Override
  public void setClientParams(Collection<Bytes32> ids, ClientParams params) {
    List<Bytes32> wanted = List.copyOf(ids);
    tell(d -> d.setClientParams(wanted, params));
  }

  @Override
  public void setDefaultParams(ClientParams params) {
    tell(d -> d.setDefaultParams(params));
  }

  @Override
  public BalanceChange addBalance(Bytes32 id, long amount) {
    CompletableFuture<BalanceChange> stored = new CompletableFuture<>();
    run(
        stored,
        () -> {
          CompletableFuture<Optional<AdminFailure>> written = new CompletableFuture<>();
          BalanceChange change = desk.addBalance(id, amount, written::complete);
          CompletableFuture<Void> unused =
              written.thenAccept(
                  failure ->
                      failure.ifPresentOrElse(
                          reason -> stored.completeExceptionally(new AdminException(reason)),
                          () -> stored.complete(change)));
        });
    return await(stored);
  }

  @Override
  public void setConnectedBias(long biasNanos) {
    tell(d -> d.setConnectedBias(biasNanos));
  }

  @Override
  public void freezeClient(Bytes32 id) {
    tell(d -> d.freezeClient(id));
  }

  @Override
  public ServedChain.Subscription onTotalCapacity(CapacityListener listener) {
    ask(
        d -> {
          state.clients().totalCapacity().add(listener);
          return true;
        });
    return () -> loop.execute(() -> state.clients().totalCapacity().remove(listener));
  }

  @Override
  public List<ClientEvent> recentEvents() {
    return ask(d -> state.log().recent());
  }

  @Override
  public ServerFigures figures() {
    return ask(AdminDesk::figures);
  }

  /**
   * Answers a vflux request that came over UDP; see {@link CapacityDesk}.
   *
   * @param node hash of the asking node, whose identity is proven
   * @param from its address
   * @param reply gets the answer on the node loop, empty to refuse
   */
  public void answerVflux(Bytes32 node, InetAddress from, Bytes request, Consumer<Bytes> reply) {
    if (!closed) {
      loop.execute(() -> reply.accept(capacityDesk.answer(node, from, request)));
    }
  }

  // ---- the seller's side

  @Override
  public void setSeller(ServiceListener seller) {
    loop.execute(() -> state.clients().setSeller(seller));
  }

  @Override
  public boolean withDesk(Consumer<ServiceDesk> order) {
    if (closed) {
      return false;
    }
    loop.execute(() -> order.accept(serviceDesk));
    return true;
  }

  private void tell(Consumer<AdminDesk> order) {
    boolean unused =
        ask(
            d -> {
              order.accept(d);
              return true;
            });
  }

  private <T> T ask(Function<AdminDesk, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    run(answer, () -> answer.complete(question.apply(desk)));
    return await(answer);
  }

  /** Runs a task on the loop; what it throws goes to who waits. */
  private void run(CompletableFuture<?> answer, Runnable task) {
    if (closed) {
      throw new AdminException(new AdminFailure.Unavailable("it is being ended"));
    }
    loop.execute(
        () -> {
          try {
            task.run();
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AdminException(
          new AdminFailure.Unavailable("no answer within " + ANSWER_SECONDS + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AdminException(new AdminFailure.Unavailable("the caller was interrupted"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AdminException refused) {
        throw new AdminException(refused.failure());
      }
      throw new IllegalStateException("A bug in the LES server", e.getCause());
    }
  }

  /** Stops announcing and serving; peers are not disconnected, that is the P2P server's part. */
  @Override
  public void close() {
    closed = true;
    heads.cancel();
    imports.cancel();
    workers.close();
    loop.execute(state::stop);
    endThreads();
  }

  private void endThreads() {
    loop.close();
    if (writer != null) {
      writer.close();
    }
  }
}
