package io.lesnode.les.server;

import io.lesnode.devp2p.NodeId;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A client of a {@link SimServer} that sends what it is told to. */
final class SimClient {

  final FakeLink link;
  final Backlog backlog;
  final ServedPeer peer;
  final ServerSession session;
  final LesVersion version;
  private final SimServer server;

  /**
   * Connects without a greeting.
   *
   * @param number makes its key
   */
  SimClient(SimServer server, LesVersion version, int number) {
    this(server, version, new FakeLink(nodeId(number)));
  }

  /** Connects from an address. */
  SimClient(SimServer server, LesVersion version, int number, InetSocketAddress address) {
    this(server, version, new FakeLink(nodeId(number), address));
  }

  private SimClient(SimServer server, LesVersion version, FakeLink link) {
    this.server = server;
    this.version = version;
    this.link = link;
    backlog = new Backlog(link);
    peer = new ServedPeer(server.state, link, version, backlog);
    server.loop.execute(() -> server.state.onPeerAccepted(peer));
    session = new ServerSession(version, backlog, server.loop, peer);
    server.loop.run();
  }

  static NodeId nodeId(int number) {
    Bytes32 secret = Bytes32.leftPad(Bytes.ofUnsignedInt(1000L + number));
    return NodeId.of(KeyPair.ofSecret(secret).publicKey());
  }

  /** The hash of its public key. */
  Bytes32 id() {
    return link.remoteId().hash();
  }

  void send(LesMessage message) {
    session.onMessage(message.code(), LesCodec.encode(message));
    server.loop.run();
  }

  SimClient greet(UnaryOperator<KeyValues.Builder> more) {
    sendStatus(more);
    link.sent().clear();
    return this;
  }

  /** Greets and keeps what the server sends. */
  void greetKeeping() {
    sendStatus(status -> status);
  }

  private void sendStatus(UnaryOperator<KeyValues.Builder> more) {
    KeyValues.Builder status =
        KeyValues.builder()
            .unsignedLong(StatusKeys.PROTOCOL_VERSION, version.number())
            .unsignedLong(StatusKeys.NETWORK_ID, server.state.config().networkId())
            .unsigned256(StatusKeys.HEAD_TD, UInt256.ZERO)
            .bytes(StatusKeys.GENESIS_HASH, server.chain.genesisHash());
    if (version.hasForkId()) {
      ServedHead head = server.chain.head();
      status.forkId(
          StatusKeys.FORK_ID,
          server.chain.forkSchedule().idAt(head.header().number(), head.header().timestamp()));
    }
    send(new LesMessage.Status(more.apply(status).build()));
  }

  SimClient greet() {
    return greet(status -> status);
  }

  /** Takes everything that was sent to it. */
  List<LesMessage> received() {
    List<LesMessage> messages = new ArrayList<>();
    for (FakeLink.Sent sent = link.sent().poll(); sent != null; sent = link.sent().poll()) {
      messages.add(LesCodec.decode(version, sent.code(), sent.payload()));
    }
    return messages;
  }

  boolean isConnected() {
    return link.disconnected() == null;
  }

  /** What the operator sees of it. */
  ClientInfo info() {
    ClientInfo info = server.desk.clientInfo(List.of(id())).get(id());
    if (info == null) {
      throw new AssertionError("the operator sees nothing of " + id());
    }
    return info;
  }

  long capacity() {
    return info().connection().orElseThrow().capacity();
  }
}
