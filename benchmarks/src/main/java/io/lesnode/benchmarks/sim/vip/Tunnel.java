package io.lesnode.benchmarks.sim.vip;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.vip.VipServer;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipWireException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes;

/**
 * vip/1 beside LES on one simulated connection: the real codec on both ends, the engine's way
 * between. Nothing goes through it after it is closed.
 */
final class Tunnel {
  private final VipWire wire;
  private final Consumer<VipMessage> client;
  private final PeerSession server;
  private boolean open = true;

  /**
   * Connects.
   *
   * @param les the server's side of the same connection's LES, which says who the client is
   * @param client takes what arrives at the client
   */
  Tunnel(VipServer server, PeerLink les, VipWire wire, Consumer<VipMessage> client) {
    this.wire = wire;
    this.client = client;
    this.server =
        server.accept(
            new ServerLink(les),
            new Capability(VipCapability.NAME, VipCapability.VERSION, VipCapability.MESSAGE_COUNT));
  }

  /** The client sends. */
  void send(VipMessage message) {
    if (open) {
      Bytes payload = VipCodec.encode(message);
      int code = message.code();
      wire.up(
          payload.size(),
          () -> {
            if (open) {
              server.onMessage(code, payload);
            }
          });
    }
  }

  void close() {
    if (open) {
      open = false;
      server.onClosed(DisconnectReason.REQUESTED, true);
    }
  }

  private boolean sendDown(int code, Bytes payload) {
    if (open) {
      wire.down(payload.size(), () -> arrive(code, payload));
    }
    return open;
  }

  private void arrive(int code, Bytes payload) {
    if (!open) {
      return;
    }
    try {
      client.accept(VipCodec.decode(code, payload));
    } catch (VipWireException e) {
      throw new IllegalStateException("our own server sent what is no message of vip", e);
    }
  }

  /** The server's end: who the client is, as LES knows it. */
  private final class ServerLink implements PeerLink {
    private final PeerLink les;

    ServerLink(PeerLink les) {
      this.les = les;
    }

    @Override
    public NodeId remoteId() {
      return les.remoteId();
    }

    @Override
    public String clientName() {
      return les.clientName();
    }

    @Override
    public List<String> remoteCapabilities() {
      return List.of("les/4", "vip/1");
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return les.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
      return les.localAddress();
    }

    @Override
    public boolean inbound() {
      return true;
    }

    @Override
    public boolean isStatic() {
      return false;
    }

    @Override
    public boolean trusted() {
      return false;
    }

    @Override
    public boolean send(int code, Bytes payload) {
      return sendDown(code, payload);
    }

    @Override
    public boolean writable() {
      return open;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public void disconnect(DisconnectReason reason) {
      les.disconnect(reason);
    }
  }
}
