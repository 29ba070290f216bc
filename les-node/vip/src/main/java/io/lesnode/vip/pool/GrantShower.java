package io.lesnode.vip.pool;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.SignerException;
import io.lesnode.vipnode.wire.PoolGrant;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * vip/1 of a light client with the hosts of its pool: dials them, shows their grants, asks for the
 * capacity that these promise, and meters how long it has it. Thread-safe.
 */
public final class GrantShower implements SubProtocol, ClientMembership.GrantHolder {
  private static final Logger LOG = LoggerFactory.getLogger(GrantShower.class);

  /** geth's buffer limit for a capacity. */
  private static final long BUFFER_PER_CAPACITY = 6_000;

  private static final long BIAS_SECONDS = 60;

  private final VipIdentity self;
  private final CapacityMeter meter;
  private final Consumer<Enode> dial;
  private final Consumer<Bytes32> refusedBy;
  private final InstantSource clock;

  /** Guarded by this. */
  private final Map<Bytes32, Host> hosts = new HashMap<>();

  /** Guarded by this. */
  private final Map<Bytes32, PoolGrant> toShow = new HashMap<>();

  /** A connected host. */
  private static final class Host implements PeerSession {
    final GrantShower owner;
    final PeerLink link;
    boolean greeted;
    long capacity;

    Host(GrantShower owner, PeerLink link) {
      this.owner = owner;
      this.link = link;
    }

    Bytes32 id() {
      return link.remoteId().hash();
    }

    @Override
    public void onMessage(int code, Bytes payload) {
      try {
        owner.onMessage(this, VipCodec.decode(code, payload));
      } catch (VipWireException e) {
        LOG.debug("{}: {}", link.remoteId(), e.getMessage());
      }
    }

    @Override
    public void onClosed(DisconnectReason reason, boolean byRemote) {
      owner.onClosed(this);
    }
  }

  /**
   * Shows grants.
   *
   * @param meter gets what we have of each host
   * @param dial connects with a host, also again when the connection was lost
   * @param refusedBy told of hosts that did not let us in
   */
  public GrantShower(
      VipIdentity self,
      CapacityMeter meter,
      Consumer<Enode> dial,
      Consumer<Bytes32> refusedBy,
      InstantSource clock) {
    this.self = self;
    this.meter = meter;
    this.dial = dial;
    this.refusedBy = refusedBy;
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
  public PeerSession accept(PeerLink link, Capability negotiated) {
    Host host = new Host(this, link);
    synchronized (this) {
      hosts.put(host.id(), host);
    }
    Thread.startVirtualThread(
        () -> {
          try {
            send(host, self.status(host.id(), Role.CLIENT, List.of(), clock.millis() / 1_000));
          } catch (SignerException e) {
            LOG.warn("No vip with {}: {}", link.remoteId(), e.getMessage());
          }
        });
    return host;
  }

  @Override
  public void onGrant(String enode, PoolGrant grant, boolean isNew) {
    synchronized (this) {
      toShow.put(grant.host(), grant);
      Host host = hosts.get(grant.host());
      if (host != null) {
        show(host);
        return;
      }
    }
    try {
      dial.accept(Enode.parse(enode));
    } catch (IllegalArgumentException e) {
      LOG.warn("The pool names a host that cannot be dialled: {}", e.getMessage());
      refusedBy.accept(grant.host());
    }
  }

  /** Shows what there is to show, once the host has welcomed us: it sends its offer then. */
  private synchronized void show(Host host) {
    PoolGrant grant = host.greeted ? toShow.remove(host.id()) : null;
    if (grant == null) {
      return;
    }
    host.capacity = grant.capacity();
    send(
        host,
        new VipMessage.Pay(
            Bytes.ofUnsignedLong(grant.untilSeconds()), MethodId.POOL.number(), grant.encode(), 0));
  }

  private synchronized void onMessage(Host host, VipMessage message) {
    switch (message) {
      case VipMessage.Offer offer -> {
        host.greeted = true;
        show(host);
      }
      case VipMessage.Receipt receipt -> {
        if (receipt.status() == 0) {
          meter.start(host.id(), host.capacity);
          send(
              host,
              new VipMessage.SetCapacity(
                  1, host.capacity, host.capacity * BUFFER_PER_CAPACITY, BIAS_SECONDS));
        } else {
          LOG.warn("A host of the pool refuses its grant: {}", receipt.refusalCode());
          meter.stop(host.id());
          refusedBy.accept(host.id());
        }
      }
      case VipMessage.Refuse refuse ->
          LOG.info("A host of the pool refuses: {} ({})", refuse.text(), refuse.refusalCode());
      default -> {} // it sells more than we buy
    }
  }

  private synchronized void onClosed(Host host) {
    hosts.remove(host.id(), host);
    meter.stop(host.id());
  }

  private static void send(Host host, VipMessage message) {
    boolean unused = host.link.send(message.code(), VipCodec.encode(message));
  }
}
