package io.lesnode.vip.pool;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.vipnode.wire.VipCapability;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;

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

  /** A connection for the pool alone, beside those of the node; others are turned away. */
  public static PoolRouting only(ClientMembership client) {
    return of(client, new Nobody());
  }

  /** Turns everybody away. */
  private static final class Nobody implements SubProtocol {
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
    public PeerSession accept(PeerLink link, Capability negotiated) {
      link.disconnect(DisconnectReason.USELESS_PEER);
      return new PeerSession() {
        @Override
        public void onMessage(int code, Bytes payload) {}

        @Override
        public void onClosed(DisconnectReason reason, boolean byRemote) {}
      };
    }
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
