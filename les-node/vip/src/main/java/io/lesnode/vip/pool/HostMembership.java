package io.lesnode.vip.pool;

import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.payment.ChainHead;
import io.lesnode.payment.Counterparty;
import io.lesnode.vip.VipPeer;
import io.lesnode.vip.VipRole;
import io.lesnode.vipnode.pool.JoinFacts;
import io.lesnode.vipnode.pool.PoolRules;
import io.lesnode.vipnode.pool.ServedChain;
import io.lesnode.vipnode.pool.TokenPrice;
import io.lesnode.vipnode.pool.UsageMeter;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipMessage.Usage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's membership in a pool: reports once a keep-alive time, states what it served, takes the
 * pool's payments. Thread-safe; its state is owned by one loop.
 */
public final class HostMembership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostMembership.class);

  private final Terms terms;
  private final PoolRules rules;
  private final Supplier<Optional<ChainHead>> head;
  private final ToLongFunction<Bytes32> served;
  private final Earnings earnings;
  private final UsageMeter meter;
  private final MemberLoop member;
  private long joinedSeconds;

  /**
   * What a host gives to clients of its pool.
   *
   * @param capacity altogether
   * @param price what it wants
   * @param port where it listens
   * @param address where it listens, 4 or 16 bytes, if it is not where it connects from
   */
  public record Terms(
      Supplier<ServedChain> chain,
      long capacity,
      TokenPrice price,
      IntSupplier port,
      Optional<Bytes> address) {}

  /**
   * A membership.
   *
   * @param pool the pool's node id
   * @param rules the pool's times
   * @param head our newest block
   * @param served tokens that a client was served since we began to count; asked on any thread
   */
  public HostMembership(
      VipIdentity self,
      Bytes32 pool,
      Terms terms,
      PoolRules rules,
      Supplier<Optional<ChainHead>> head,
      ToLongFunction<Bytes32> served,
      Earnings earnings,
      InstantSource clock) {
    this(self, pool, terms, rules, head, served, earnings, clock, OwnerLoop.TICK_NANOS);
  }

  HostMembership(
      VipIdentity self,
      Bytes32 pool,
      Terms terms,
      PoolRules rules,
      Supplier<Optional<ChainHead>> head,
      ToLongFunction<Bytes32> served,
      Earnings earnings,
      InstantSource clock,
      long tickNanos) {
    this.terms = terms;
    this.rules = rules;
    this.head = head;
    this.served = served;
    this.earnings = earnings;
    this.meter = new UsageMeter(rules, self.id(), terms.price(), self::sign);
    this.member =
        new MemberLoop(
            "pool-host",
            self,
            pool,
            Role.SERVER,
            earnings::terms,
            clock,
            tickNanos,
            new HostSide());
    this.member.start();
  }

  /** Whether a peer is the pool. */
  boolean isPool(PeerLink peer) {
    return member.isPool(peer);
  }

  /** A connection with the pool. */
  PeerSession accept(PeerLink peer) {
    return member.accept(peer);
  }

  /**
   * This membership as a role of a server that sells: the server greets the pool, takes its
   * payments and passes the rest on.
   *
   * @param onLeft told of clients that go
   */
  public VipRole role(Consumer<Bytes32> onLeft) {
    return new VipRole() {
      @Override
      public Role role() {
        return Role.SERVER;
      }

      @Override
      public void onOpened(VipPeer peer, VipMessage.Status status) {
        if (member.isPool(peer.id()) && status.knownRoles().contains(Role.POOL)) {
          member.attach(
              peer,
              message -> {
                boolean unused = peer.send(message);
              },
              peer.counterparty(),
              status.methods());
        }
      }

      @Override
      public void onMessage(VipPeer peer, VipMessage message) {
        if (member.isPool(peer.id())) {
          member.receive(peer, message);
        }
      }

      @Override
      public void onClosed(VipPeer peer) {
        if (member.isPool(peer.id())) {
          member.detach(peer);
        } else {
          onLeft.accept(peer.id());
        }
      }
    };
  }

  /** A client has shown a grant of the pool that was good. Any thread. */
  public void onGrant(PoolGrant grant) {
    long before = served.applyAsLong(grant.client());
    boolean unused = member.execute(() -> meter.onGrant(grant, before, member.nowSeconds()));
  }

  private final class HostSide implements MemberLoop.Side {
    @Override
    public void onPool(Counterparty pool, List<MethodEntry> methods) {
      join();
    }

    @Override
    public void onMessage(VipMessage message) {
      switch (message) {
        case VipMessage.PoolState state -> state.invalidPeers().forEach(this::finish);
        case VipMessage.Pay pay ->
            member
                .party()
                .ifPresent(
                    pool ->
                        earnings.receive(
                            pool,
                            pay,
                            receipt -> {
                              boolean unused = member.execute(() -> member.send(receipt));
                            }));
        case VipMessage.Refuse refuse ->
            LOG.warn("The pool refuses: {} ({})", refuse.text(), refuse.refusalCode());
        default -> {} // what a host does not ask for
      }
    }

    private void finish(Bytes32 client) {
      meter.finish(client, member.nowSeconds(), served).ifPresent(member::send);
    }

    @Override
    public void onTick() {
      for (Usage usage : meter.due(member.nowSeconds(), served)) {
        member.send(usage);
      }
      if (member.nowSeconds() - joinedSeconds >= rules.keepAliveSeconds()) {
        join();
      }
    }

    private void join() {
      if (member.party().isEmpty()) {
        return;
      }
      joinedSeconds = member.nowSeconds();
      member.join(terms.capacity(), facts());
    }
  }

  private JoinFacts facts() {
    Optional<ChainHead> newest = head.get();
    JoinFacts facts =
        JoinFacts.ofHost(
            terms.chain().get(),
            terms.price(),
            newest.map(ChainHead::number).orElse(0L),
            newest.map(block -> block.hash().slice(0, 8)).orElse(Bytes.EMPTY),
            terms.port().getAsInt());
    return terms.address().map(facts::at).orElse(facts);
  }

  /** Leaves the pool in good order: it offers us to nobody from here on. */
  @Override
  public void close() {
    boolean unused = member.execute(() -> member.join(0, facts().leave()));
    member.close();
  }
}
