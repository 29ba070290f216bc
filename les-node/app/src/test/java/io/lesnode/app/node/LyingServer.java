package io.lesnode.app.node;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.devp2p.SubProtocol;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.StoredChain;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** Our own LES server on a TCP port, with every message changed on its way out. */
final class LyingServer implements AutoCloseable {

  /** Changes messages. */
  @FunctionalInterface
  interface Lie {
    /** Nothing but the truth. */
    Lie NONE = (code, payload) -> payload;

    /** What to send instead of this payload. */
    Bytes tell(int code, Bytes payload);
  }

  private final LesServer les;
  private final P2pServer peers;

  private LyingServer(LesServer les, P2pServer peers) {
    this.les = les;
    this.peers = peers;
  }

  static LyingServer start(ChainFolder folder, int secret, Lie lie) throws IOException {
    KeyPair key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.ofUnsignedInt(secret)));
    LesServer les =
        LesServer.start(
            LesServerConfig.of(folder.genesis().config().chainId().toLong(), 100, 10),
            new StoredChain(folder.chain(), true),
            new NoPool(),
            key);
    les.setSynced(true);
    P2pConfig config =
        P2pConfig.builder(key, "Geth/v1.10.26-stable/linux-amd64/go1.19")
            .maxPeers(10)
            .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    return new LyingServer(les, P2pServer.start(config, List.of(new LyingProtocol(les, lie))));
  }

  Enode enode() {
    return peers.self();
  }

  /** The name under which a client reports it. */
  String name() {
    return peers.self().nodeId().toString();
  }

  @Override
  public void close() {
    peers.close();
    les.close();
  }

  private static final class NoPool implements TransactionRelay {
    @Override
    public long status(Bytes32 hash) {
      return 0;
    }

    @Override
    public Optional<String> add(Transaction transaction) {
      return Optional.of("refused");
    }
  }

  private record LyingProtocol(SubProtocol honest, Lie lie) implements SubProtocol {
    @Override
    public List<Capability> capabilities() {
      return honest.capabilities();
    }

    @Override
    public int maxPayloadBytes() {
      return honest.maxPayloadBytes();
    }

    @Override
    public PeerSession accept(PeerLink link, Capability negotiated) {
      return honest.accept(new LyingLink(link, lie), negotiated);
    }
  }

  private record LyingLink(PeerLink link, Lie lie) implements PeerLink {
    @Override
    public boolean send(int code, Bytes payload) {
      return link.send(code, lie.tell(code, payload));
    }

    @Override
    public NodeId remoteId() {
      return link.remoteId();
    }

    @Override
    public String clientName() {
      return link.clientName();
    }

    @Override
    public List<String> remoteCapabilities() {
      return link.remoteCapabilities();
    }

    @Override
    public InetSocketAddress remoteAddress() {
      return link.remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
      return link.localAddress();
    }

    @Override
    public boolean inbound() {
      return link.inbound();
    }

    @Override
    public boolean isStatic() {
      return link.isStatic();
    }

    @Override
    public boolean trusted() {
      return link.trusted();
    }

    @Override
    public boolean writable() {
      return link.writable();
    }

    @Override
    public void pauseReading() {
      link.pauseReading();
    }

    @Override
    public void resumeReading() {
      link.resumeReading();
    }

    @Override
    public void disconnect(DisconnectReason reason) {
      link.disconnect(reason);
    }
  }
}
