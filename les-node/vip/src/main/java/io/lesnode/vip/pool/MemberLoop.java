package io.lesnode.vip.pool;

import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.SignerException;
import io.lesnode.primitives.Address;
import io.lesnode.vipnode.pool.JoinFacts;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipLimits;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.PoolJoin;
import io.lesnode.vipnode.wire.VipSignatures;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the two kinds of members have in common: the connection with their pool, its greeting, and
 * the loop that owns their state. A newer connection takes the place of an older one.
 */
final class MemberLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MemberLoop.class);

  private final VipIdentity self;
  private final Bytes32 pool;
  private final Role role;
  private final Supplier<List<MethodTerms>> terms;
  private final InstantSource clock;
  private final Side side;
  private final OwnerLoop loop;
  private Optional<Wire> wire = Optional.empty();
  private Optional<Counterparty> party = Optional.empty();
  private List<MethodEntry> methods = List.of();
  private boolean greetingSent;
  private long requests;

  /** A way to the pool. */
  private record Wire(Object key, Consumer<VipMessage> send) {}

  /** What a member does; on the loop. */
  interface Side {
    /** The pool has said who it is. */
    void onPool(Counterparty pool, List<MethodEntry> methods);

    /** A message of the pool. */
    void onMessage(VipMessage message);

    /** A second has passed. */
    void onTick();
  }

  MemberLoop(
      String name,
      VipIdentity self,
      Bytes32 pool,
      Role role,
      Supplier<List<MethodTerms>> terms,
      InstantSource clock,
      long tickNanos,
      Side side) {
    this.self = self;
    this.pool = pool;
    this.role = role;
    this.terms = terms;
    this.clock = clock;
    this.side = side;
    this.loop = new OwnerLoop(name, () -> {}, side::onTick, tickNanos);
  }

  void start() {
    loop.start();
  }

  boolean execute(Runnable task) {
    return loop.execute(task);
  }

  long nowSeconds() {
    return clock.millis() / 1_000;
  }

  /** A connection with a peer that is our pool. On its event loop. */
  PeerSession accept(PeerLink peer) {
    VipLink opened =
        new VipLink(
            peer,
            0,
            (from, message) -> {
              boolean unused = loop.execute(() -> onMessage(from, message));
            },
            from -> {
              boolean unused = loop.execute(() -> onClosed(from));
            });
    boolean unused = loop.execute(() -> onOpened(opened));
    return opened;
  }

  boolean isPool(PeerLink peer) {
    return isPool(peer.remoteId().hash());
  }

  boolean isPool(Bytes32 node) {
    return node.equals(pool);
  }

  /**
   * The pool has been greeted by another part of this node, which passes on what it sends. Any
   * thread.
   *
   * @param key of the connection
   */
  void attach(
      Object key, Consumer<VipMessage> send, Counterparty greeted, List<MethodEntry> itsMethods) {
    boolean unused =
        loop.execute(
            () -> {
              wire = Optional.of(new Wire(key, send));
              party = Optional.of(greeted);
              methods = itsMethods;
              greetingSent = true;
              begin();
            });
  }

  /** A message of the pool that another part of this node passes on. Any thread. */
  void receive(Object key, VipMessage message) {
    boolean unused =
        loop.execute(
            () -> {
              if (wire.filter(at -> at.key() == key).isPresent()) {
                side.onMessage(message);
              }
            });
  }

  /** The connection that another part looks after is over. Any thread. */
  void detach(Object key) {
    boolean unused = loop.execute(() -> onClosed(key));
  }

  private void onOpened(VipLink opened) {
    wire = Optional.of(new Wire(opened, opened::send));
    party = Optional.empty();
    greetingSent = false;
    Thread.startVirtualThread(
        () -> {
          try {
            opened.send(self.status(pool, role, terms.get(), nowSeconds()));
            boolean unused = loop.execute(() -> onGreetingSent(opened));
          } catch (SignerException e) {
            LOG.warn("Not joining the pool {}: {}", pool, e.getMessage());
          }
        });
  }

  private void onClosed(Object closed) {
    if (wire.filter(at -> at.key() == closed).isPresent()) {
      wire = Optional.empty();
      party = Optional.empty();
    }
  }

  private void onMessage(VipLink from, VipMessage message) {
    if (wire.filter(at -> at.key() == from).isEmpty()) {
      return;
    }
    if (message instanceof VipMessage.Status status) {
      if (party.isEmpty()) {
        greeted(from, status);
      }
    } else if (party.isPresent() && greetingSent) {
      side.onMessage(message);
    }
  }

  private void greeted(VipLink from, VipMessage.Status status) {
    if (!status.knownRoles().contains(Role.POOL) || !status.chainId().equals(self.chainId())) {
      LOG.warn("{} is no pool on our chain; look at the address that you gave", pool);
      return;
    }
    party = self.counterparty(from.remoteId(), from.remoteKey(), status);
    if (party.isEmpty()) {
      LOG.warn("The pool {} names an account that is not its own; not joining it", pool);
      return;
    }
    methods = status.methods();
    begin();
  }

  private void onGreetingSent(VipLink on) {
    if (wire.filter(at -> at.key() == on).isPresent()) {
      greetingSent = true;
      begin();
    }
  }

  /** Both Status messages have gone: the pool would refuse anything that comes before ours. */
  private void begin() {
    if (greetingSent && party.isPresent()) {
      side.onPool(party.get(), methods);
    }
  }

  /** The pool, when it has greeted us. On the loop. */
  Optional<Counterparty> party() {
    return greetingSent ? party : Optional.empty();
  }

  void send(VipMessage message) {
    wire.ifPresent(to -> to.send().accept(message));
  }

  /** Joins, or reports again. On the loop. */
  void join(long capacity, JoinFacts facts) {
    if (party().isEmpty()) {
      return;
    }
    List<String> names = facts.names(VipLimits.CAPABILITIES);
    Address account = self.payAddress().orElse(Address.ZERO);
    PoolJoin unsigned = new PoolJoin(++requests, role.bit(), account, capacity, names, Bytes.EMPTY);
    Bytes signature =
        self.sign(VipSignatures.poolJoinDigest(self.chainId(), pool, self.id(), unsigned));
    send(new PoolJoin(requests, role.bit(), account, capacity, names, signature));
  }

  @Override
  public void close() {
    loop.close();
  }
}
