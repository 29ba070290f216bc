package io.lesnode.vip.pool;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Lets vip/1 with a pool and vip/1 with everybody else be spoken on one node: connections with the
 * pool go to the membership, all others to the seller or the buyer. Immutable.
 */
public final class PoolRouting implements SubProtocol {
  private final SubProtocol others;
  private final Predicate<PeerLink> isPool;
  private final Function<PeerLink, PeerSession> accept;

  private PoolRouting(
      SubProtocol others, Predicate<PeerLink> isPool, Function<PeerLink, PeerSession> accept) {
    this.others = others;
    this.isPool = isPool;
    this.accept = accept;
  }

  /** A server that is a host of a pool. */
  public static PoolRouting of(HostMembership host, SubProtocol others) {
    return new PoolRouting(others, host::isPool, host::accept);
  }

  /** A light client that is a client of a pool. */
  public static PoolRouting of(ClientMembership client, SubProtocol others) {
    return new PoolRouting(others, client::isPool, client::accept);
  }

  @Override
  public List<Capability> capabilities() {
    return others.capabilities();
  }

  @Override
  public int maxPayloadBytes() {
    return others.maxPayloadBytes();
  }

  @Override
  public PeerSession accept(PeerLink link, Capability negotiated) {
    return isPool.test(link) ? accept.apply(link) : others.accept(link, negotiated);
  }
}
