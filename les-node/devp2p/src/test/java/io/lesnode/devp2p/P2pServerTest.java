package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.enr.NodeRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that talk with each other over loopback sockets. */
@Timeout(60)
class P2pServerTest {
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private static P2pConfig.Builder config(int key) {
    return P2pConfig.builder(Wire.key(key), "node-" + key)
        .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .timings(P2pTimings.STANDARD.withRedialMillis(300));
  }

  private P2pServer start(P2pConfig config, SubProtocol... protocols) throws IOException {
    P2pServer server = P2pServer.start(config, List.of(protocols));
    open.addFirst(server);
    return server;
  }

  @Test
  void dialsOnceAndTellsWhenThatLeadsNowhere() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    P2pServer client = start(config(2).build(), asking);
    Enode nobody =
        new Enode(NodeId.of(Wire.key(9).publicKey()), InetAddress.getLoopbackAddress(), 1, 1);
    CompletableFuture<Boolean> refused = new CompletableFuture<>();
    client.dialOnce(nobody, () -> refused.complete(true));
    assertThat(refused.get(20, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Boolean> failed = new CompletableFuture<>();
    client.dialOnce(server.self(), () -> failed.complete(true));
    RecordingProtocol.Session here = asking.nextSession();
    RecordingProtocol.Session there = serving.nextSession();
    assertThat(failed).isNotDone();
    CompletableFuture<Boolean> again = new CompletableFuture<>();
    client.dialOnce(server.self(), () -> again.complete(true));
    assertThat(again.get(20, TimeUnit.SECONDS)).as("it is connected already").isTrue();

    there.link().disconnect(DisconnectReason.TOO_MANY_PEERS);
    assertThat(here.closed().get(20, TimeUnit.SECONDS).reason())
        .isEqualTo(DisconnectReason.TOO_MANY_PEERS);
    assertThat(failed).as("it had been a peer").isNotDone();
  }

  @Test
  void connectsAndCarriesMessagesInOrder() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    P2pServer client = start(config(2).staticNodes(List.of(server.self())).build(), asking);
    RecordingProtocol.Session there = serving.nextSession();
    RecordingProtocol.Session here = asking.nextSession();

    for (int i = 0; i < 1000; i++) {
      assertThat(here.link().send(i % 24, Bytes.ofUnsignedInt(i))).isTrue();
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(there.nextMessage())
          .isEqualTo(new RecordingProtocol.Message(i % 24, Bytes.ofUnsignedInt(i)));
    }
    assertThat(there.link().remoteId()).isEqualTo(client.nodeId());
    assertThat(here.link().remoteAddress().getPort()).isEqualTo(server.self().tcpPort());

    PeerInfo peer = client.peers().getFirst();
    assertThat(peer.enode()).isEqualTo(server.self());
    assertThat(peer.isStatic()).isTrue();
    assertThat(peer.inbound()).isFalse();
    assertThat(peer.remoteAddressText()).isEqualTo("127.0.0.1:" + server.self().tcpPort());
    assertThat(server.peers().getFirst().inbound()).isTrue();

    client.close();
    assertThat(there.closed().get())
        .isEqualTo(new RecordingProtocol.Closed(DisconnectReason.QUITTING, true));
    assertThat(here.closed().get())
        .isEqualTo(new RecordingProtocol.Closed(DisconnectReason.QUITTING, false));
  }

  @Test
  void describesItself() throws Exception {
    P2pServer server =
        start(
            config(1).recordEntry("les", RLP.encodeList(list -> list.writeInt(1))).build(),
            RecordingProtocol.les());
    NodeInfo info = server.nodeInfo();
    NodeRecord record = NodeRecord.parse(info.enr());

    assertThat(info.enode())
        .isEqualTo(
            "enode://"
                + server.nodeId().toHex()
                + "@127.0.0.1:"
                + info.listenerPort()
                + "?discport=0");
    assertThat(info.id()).isEqualTo(record.nodeAddress().toUnprefixedHexString());
    assertThat(info.listenAddr()).isEqualTo("127.0.0.1:" + info.listenerPort());
    assertThat(info.ip()).isEqualTo("127.0.0.1");
    assertThat(info.protocols()).containsExactly("les");
    assertThat(record.tcp()).hasValue(info.listenerPort());
    assertThat(record.entry("les")).contains(Bytes.fromHexString("0xc101"));
  }

  @Test
  void comesBackToAStaticNodeThatWasAway() throws Exception {
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), RecordingProtocol.les());
    Enode address = server.self();
    start(config(2).staticNodes(List.of(address)).build(), asking);
    RecordingProtocol.Session first = asking.nextSession();
    server.close();
    assertThat(first.closed().get())
        .isEqualTo(new RecordingProtocol.Closed(DisconnectReason.QUITTING, true));

    InetSocketAddress same =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), address.tcpPort());
    start(config(1).listenAddress(same).build(), RecordingProtocol.les());

    assertThat(asking.nextSession().link().remoteId()).isEqualTo(address.nodeId());
  }

  @Test
  void refusesPeersAboveTheLimitUnlessTrusted() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    P2pServer server = start(config(1).maxPeers(1).build(), serving);
    RecordingProtocol first = RecordingProtocol.les();
    start(config(2).staticNodes(List.of(server.self())).build(), first);
    first.nextSession();
    serving.nextSession();

    RecordingProtocol second = RecordingProtocol.les();
    P2pServer refused = start(config(3).staticNodes(List.of(server.self())).build(), second);
    RecordingProtocol third = RecordingProtocol.les();
    P2pServer trusted = start(config(4).build(), third);
    server.addTrustedPeer(trusted.self());
    trusted.addPeer(server.self());

    assertThat(third.nextSession().link().remoteId()).isEqualTo(server.nodeId());
    assertThat(serving.nextSession().link().trusted()).isTrue();
    assertThat(server.peers()).extracting(PeerInfo::trusted).containsExactlyInAnyOrder(true, false);
    assertThat(refused.peers()).isEmpty();
    assertThat(second.waitingSessions()).isZero();
  }

  @Test
  void keepsOneConnectionPerIdentity() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    RecordingProtocol first = RecordingProtocol.les();
    P2pServer client = start(config(2).staticNodes(List.of(server.self())).build(), first);
    RecordingProtocol.Session kept = serving.nextSession();
    first.nextSession();

    RawPeer twin = RawPeer.connect(server.self(), Wire.key(2));
    open.add(twin);
    assertThat(twin.firstFrame().code()).isEqualTo(BaseProtocol.DISCONNECT);
    assertThat(BaseProtocol.decodeDisconnect(twin.lastFrame().payload(), false))
        .isEqualTo(DisconnectReason.ALREADY_CONNECTED);

    RawPeer self = RawPeer.connect(server.self(), Wire.key(1));
    open.add(self);
    assertThat(BaseProtocol.decodeDisconnect(self.firstFrame().payload(), false))
        .isEqualTo(DisconnectReason.SELF);
    assertThat(kept.closed()).isNotDone();
    assertThat(client.peers()).hasSize(1);
  }

  @Test
  void removePeerEndsTheConnectionAndTheDialling() throws Exception {
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), RecordingProtocol.les());
    P2pServer client = start(config(2).build(), asking);
    client.addPeer(server.self());
    RecordingProtocol.Session session = asking.nextSession();
    client.removePeer(server.self());
    assertThat(session.closed().get())
        .isEqualTo(new RecordingProtocol.Closed(DisconnectReason.REQUESTED, false));
    client.addPeer(server.self()); // dialled again after the interval
    asking.nextSession();
  }

  @Test
  void aHostileCrowdDisturbsNobody() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).maxPending(10).build(), serving);
    P2pServer client = start(config(2).staticNodes(List.of(server.self())).build(), asking);
    RecordingProtocol.Session there = serving.nextSession();
    RecordingProtocol.Session here = asking.nextSession();
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.self().tcpPort());
      open.add(socket);
      byte[] noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      try {
        socket.getOutputStream().write(noise);
      } catch (IOException e) {
        // it was closed on us already
      }
      here.link().send(1, Bytes.ofUnsignedInt(i));
      assertThat(there.nextMessage().payload()).isEqualTo(Bytes.ofUnsignedInt(i));
    }
    assertThat(server.peers()).hasSize(1);
    assertThat(client.peers()).hasSize(1);
  }

  @Test
  void aPeerThatDoesNotReadCostsBoundedMemoryAndNobodyElse() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    RawPeer lazy = RawPeer.connect(server.self(), Wire.key(5));
    open.add(lazy);
    lazy.send(BaseProtocol.HELLO, lazy.hello("les/4").encode());
    lazy.pauseReading();
    RecordingProtocol.Session slow = serving.nextSession();
    RecordingProtocol asking = RecordingProtocol.les();
    start(config(2).staticNodes(List.of(server.self())).build(), asking);
    RecordingProtocol.Session here = asking.nextSession();
    RecordingProtocol.Session there = serving.nextSession();

    byte[] noise = new byte[1 << 20]; // does not compress
    new Random(8).nextBytes(noise);
    int accepted = 0;
    while (slow.link().send(1, Bytes.wrap(noise))) {
      assertThat(++accepted).isLessThan(100);
    }
    assertThat(slow.link().writable()).isFalse();
    assertThat(slow.writabilities().poll(10, TimeUnit.SECONDS)).isFalse();

    there.link().send(2, Bytes.of(1));
    assertThat(here.nextMessage().code()).isEqualTo(2);
    for (int i = 0; i < 1000; i++) { // gets no Pongs, which would have to be queued
      lazy.send(BaseProtocol.PING, Snappy.deflate(BaseProtocol.EMPTY_LIST));
    }
    lazy.send(0x15, Snappy.deflate(Bytes.of(1)));
    assertThat(slow.nextMessage().code()).isEqualTo(5);
    lazy.resumeReading();
    assertThat(lazy.firstFrame().code()).isEqualTo(BaseProtocol.HELLO);
    for (int i = 0; i < accepted; i++) {
      assertThat(lazy.firstFrame().code()).isEqualTo(0x11);
    }
    assertThat(slow.writabilities().poll(30, TimeUnit.SECONDS)).isTrue();
    assertThat(slow.link().writable()).isTrue();
  }

  @Test
  void acceptsNoMoreWhileTooManyAreInTheHandshake() throws Exception {
    P2pServer server = start(config(1).maxPending(3).build(), RecordingProtocol.les());
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      silent.add(new Socket(InetAddress.getLoopbackAddress(), server.self().tcpPort()));
      open.add(silent.getLast());
    }
    RecordingProtocol asking = RecordingProtocol.les();
    start(config(2).staticNodes(List.of(server.self())).build(), asking);
    assertThat(asking.sessionWithin(500)).isNull(); // waits in the backlog
    silent.getFirst().close();
    assertThat(asking.nextSession().link().remoteId()).isEqualTo(server.nodeId());
  }

  @Test
  void pausingSlowsTheSenderDown() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    start(config(2).staticNodes(List.of(server.self())).build(), asking);
    RecordingProtocol.Session there = serving.nextSession();
    RecordingProtocol.Session here = asking.nextSession();
    there.link().pauseReading();
    byte[] noise = new byte[1 << 20];
    new Random(9).nextBytes(noise);
    int sent = 0;
    while (here.link().send(1, Bytes.wrap(noise))) {
      sent++;
    }
    assertThat(here.link().writable()).isFalse();
    assertThat(there.messages().size()).isLessThan(sent);

    there.link().resumeReading();
    for (int i = 0; i < sent; i++) {
      assertThat(there.nextMessage().payload().size()).isEqualTo(1 << 20);
    }
  }

  @Test
  void sendsFromManyThreadsAtOnce() throws Exception {
    RecordingProtocol serving = RecordingProtocol.les();
    RecordingProtocol asking = RecordingProtocol.les();
    P2pServer server = start(config(1).build(), serving);
    start(config(2).staticNodes(List.of(server.self())).build(), asking);
    RecordingProtocol.Session there = serving.nextSession();
    RecordingProtocol.Session here = asking.nextSession();
    List<CompletableFuture<Void>> senders = new ArrayList<>();
    for (int code = 0; code < 4; code++) {
      int own = code;
      senders.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 500; i++) {
                  here.link().send(own, Bytes.ofUnsignedInt(i));
                }
              }));
    }
    CompletableFuture.allOf(senders.toArray(CompletableFuture[]::new)).get();
    int[] next = new int[4];
    for (int i = 0; i < 2000; i++) {
      RecordingProtocol.Message message = there.nextMessage();
      assertThat(message.payload().toInt()).isEqualTo(next[message.code()]++);
    }
  }

  @Test
  void saysWhatIsWrongWithTheConfiguration() throws Exception {
    P2pServer server = start(config(1).build(), RecordingProtocol.les());
    P2pConfig samePort =
        config(2)
            .listenAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.self().tcpPort()))
            .build();
    assertThatThrownBy(() -> P2pServer.start(samePort, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen for peers on 127.0.0.1:");
    P2pConfig good = config(3).build();
    assertThatThrownBy(
            () -> P2pServer.start(good, List.of(RecordingProtocol.les(), RecordingProtocol.les())))
        .isInstanceOf(IllegalArgumentException.class);
    P2pConfig longName = P2pConfig.builder(Wire.key(4), "x".repeat(3000)).build();
    assertThatThrownBy(() -> P2pServer.start(longName, List.of(RecordingProtocol.les())))
        .hasMessageContaining("shorten the name");
  }
}
