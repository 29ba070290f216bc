package io.lesnode.vip.pool;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.PaymentMethod;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.transactions.SettlementRunner;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool: a node that speaks vip/1 only, in the role of a pool. Thread-safe.
 *
 * <p>It owns its books and closes them. Payments to hosts are signed on a virtual thread;
 * everything else happens on one loop.
 */
public final class PoolNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PoolNode.class);
  private static final long STATUS_CACHED_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long STATUS_PATIENCE_SECONDS = 10;

  private final PoolSettings settings;
  private final Ledger ledger;
  private final PoolDesk desk;
  private final P2pServer p2p;

  /** Guarded by this. */
  private Optional<CachedStatus> cached = Optional.empty();

  private record CachedStatus(PoolStatus status, long takenNanos) {}

  private PoolNode(PoolSettings settings, Ledger ledger, PoolDesk desk, P2pServer p2p) {
    this.settings = settings;
    this.ledger = ledger;
    this.desk = desk;
    this.p2p = p2p;
  }

  /**
   * The money side of a pool; all of it uses the pool's books and belongs to its loop.
   *
   * @param methods how members pay it
   * @param hosts how it pays hosts; empty: it writes down what it owes, and the operator pays
   * @param settlements brings what members' cheques are worth to the chain
   */
  public record Money(
      List<PaymentMethod> methods,
      Optional<HostPayments> hosts,
      Optional<SettlementRunner> settlements) {
    /** Copies the list. */
    public Money {
      methods = List.copyOf(methods);
    }
  }

  /**
   * Starts a pool.
   *
   * @param ledger its books; closed with the pool
   * @throws IOException if the address is taken
   */
  public static PoolNode start(
      VipIdentity self, PoolSettings settings, Ledger ledger, Money money, InstantSource clock)
      throws IOException {
    return start(self, settings, ledger, money, clock, OwnerLoop.TICK_NANOS);
  }

  static PoolNode start(
      VipIdentity self,
      PoolSettings settings,
      Ledger ledger,
      Money money,
      InstantSource clock,
      long tickNanos)
      throws IOException {
    PoolDesk desk = new PoolDesk(self, settings, ledger, money.methods(), clock, tickNanos);
    money.hosts().ifPresent(hosts -> desk.payHostsBy(new SignedPayouts(hosts, desk::sendToHost)));
    money.settlements().ifPresent(desk::settleBy);
    desk.loop().start();
    P2pConfig config =
        P2pConfig.builder(self.nodeKey(), settings.clientName())
            .listenAddress(settings.listenAddress())
            .maxPeers(settings.maxPeers())
            .build();
    P2pServer p2p = P2pServer.start(config, List.of(new Protocol(self, desk, clock)));
    return new PoolNode(settings, ledger, desk, p2p);
  }

  /** vip/1 without LES. */
  private static final class Protocol implements SubProtocol {
    private final VipIdentity self;
    private final PoolDesk desk;
    private final InstantSource clock;
    private final AtomicLong sessions = new AtomicLong();

    Protocol(VipIdentity self, PoolDesk desk, InstantSource clock) {
      this.self = self;
      this.desk = desk;
      this.clock = clock;
    }

    @Override
    public List<Capability> capabilities() {
      return List.of(
          new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT));
    }

    @Override
    public int maxPayloadBytes() {
      return VipCapability.MAX_MESSAGE_BYTES;
    }

    @Override
    public PeerSession accept(PeerLink peer, Capability negotiated) {
      VipLink link =
          new VipLink(
              peer,
              sessions.incrementAndGet(),
              (from, message) -> {
                boolean unused = desk.loop().execute(() -> desk.onMessage(from, message));
              },
              from -> {
                boolean unused = desk.loop().execute(() -> desk.onClosed(from));
              });
      boolean unused = desk.loop().execute(() -> desk.onOpened(link));
      Thread.startVirtualThread(() -> greet(link));
      return link;
    }

    private void greet(VipLink link) {
      try {
        link.send(self.status(link.remoteId(), Role.POOL, desk.terms(), clock.millis() / 1_000));
      } catch (SignerException e) {
        LOG.warn("No Status for {}: {}", link.remoteId(), e.getMessage());
      }
    }
  }

  /** Where members connect. */
  public Enode enode() {
    return p2p.self();
  }

  /** The pool itself has verified a block. Any thread. */
  public void onHead(ChainHead head) {
    boolean unused = desk.loop().execute(() -> desk.onHead(head));
  }

  /**
   * How the pool stands, at most a minute old, also when something is wrong: asking often costs
   * nothing.
   */
  public synchronized PoolStatus status() {
    long now = System.nanoTime();
    if (cached.isPresent() && now - cached.get().takenNanos() < STATUS_CACHED_NANOS) {
      return cached.get().status();
    }
    PoolStatus fresh = freshStatus();
    cached = Optional.of(new CachedStatus(fresh, now));
    return fresh;
  }

  /** How the pool stands now. */
  public PoolStatus freshStatus() {
    CompletableFuture<PoolStatus> answer = new CompletableFuture<>();
    boolean asked =
        !desk.loop().failed()
            && desk.loop()
                .execute(
                    () -> {
                      try {
                        answer.complete(desk.status(settings.clientName()));
                      } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                      }
                    });
    try {
      if (asked) {
        return answer.get(STATUS_PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      return failed("the pool has stopped; see its log and start it again");
    } catch (ExecutionException e) {
      return failed("the books cannot be read: " + e.getMessage());
    } catch (TimeoutException e) {
      return failed("the pool does not answer; it may be overloaded");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    }
  }

  private PoolStatus failed(String text) {
    return PoolStatus.failed(settings.clientName(), text);
  }

  /** Stops: members are let go, what waits is written, the books are closed. */
  @Override
  public void close() {
    p2p.close();
    boolean unused = desk.loop().execute(desk::keep);
    desk.loop().close();
    ledger.close();
  }
}
