package io.lesnode.devp2p.discovery.v4;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.SimNetwork;
import io.lesnode.devp2p.discovery.SimNode;
import io.lesnode.devp2p.discovery.v4.MessageV4.Endpoint;
import io.lesnode.devp2p.discovery.v4.MessageV4.FindNode;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbor;
import io.lesnode.devp2p.discovery.v4.MessageV4.Neighbors;
import io.lesnode.devp2p.discovery.v4.MessageV4.Ping;
import io.lesnode.devp2p.discovery.v4.MessageV4.Pong;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordRequest;
import io.lesnode.devp2p.discovery.v4.MessageV4.RecordResponse;
import io.lesnode.primitives.crypto.KeyPair;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a stranger gets out of a node; the cases of geth's v4 conformance suite, in virtual time.
 */
class DiscoveryV4Test {
  private static final KeyPair KEY = SimNode.keyOf(77);
  private static final Endpoint NOWHERE = new Endpoint(null, 0, 0);

  private final SimNetwork network = new SimNetwork(5);
  private final InetSocketAddress ours = SimNetwork.at("127.0.0.1", 30303);
  private final InetSocketAddress theirs = SimNetwork.at("127.0.0.1", 40404);
  private final List<PacketV4> received = new ArrayList<>();
  private SimNode node;

  @BeforeEach
  void connect() {
    node = new SimNode(network, SimNode.Protocol.V4, ours, 1, List.of(), Map.of());
    network.connect(theirs, (from, packet) -> received.add(PacketsV4.decode(packet).orElseThrow()));
  }

  private long soon() {
    return network.nowSeconds() + 20;
  }

  private Bytes32 send(InetSocketAddress from, MessageV4 message) {
    PacketsV4.Encoded encoded = PacketsV4.encode(message, KEY);
    network.deliver(from, ours, encoded.packet());
    network.run(50);
    return encoded.hash();
  }

  private List<MessageV4> take() {
    List<MessageV4> messages = received.stream().map(PacketV4::message).toList();
    received.clear();
    return messages;
  }

  private Bytes32 ping() {
    return send(theirs, new Ping(NOWHERE, NOWHERE, soon(), 0));
  }

  private void bond() {
    ping();
    Bytes32 pingHash =
        received.stream().filter(p -> p.message() instanceof Ping).findFirst().orElseThrow().hash();
    send(theirs, new Pong(NOWHERE, pingHash, soon(), 0));
    received.clear();
  }

  @Test
  void aPingIsAnsweredAndTheSenderIsPinged() {
    Bytes32 hash = ping();

    List<MessageV4> answers = take();
    assertThat(answers).hasSize(2);
    Pong pong = (Pong) answers.get(0);
    assertThat(pong.pingHash()).isEqualTo(hash);
    assertThat(pong.to()).isEqualTo(new Endpoint(theirs.getAddress(), 40404, 0));
    assertThat(pong.expiresSeconds()).isGreaterThan(network.nowSeconds());
    assertThat(pong.seq()).isEqualTo(1);
    assertThat(answers.get(1)).isInstanceOf(Ping.class);
  }

  @Test
  void anExpiredPingIsIgnored() {
    send(theirs, new Ping(NOWHERE, NOWHERE, network.nowSeconds() - 1, 0));
    send(theirs, new Ping(NOWHERE, NOWHERE, -soon(), 0));
    assertThat(take()).isEmpty();
  }

  @Test
  void whoIsProvenIsNotPingedAgain() {
    bond();
    ping();
    assertThat(take()).hasSize(1).first().isInstanceOf(Pong.class);
    assertThat(node.table.liveCount()).isEqualTo(1);
  }

  @Test
  void nodesAreToldToWhoIsProvenOnly() {
    FindNode question = new FindNode(KEY.publicKey(), soon());
    send(theirs, question);
    assertThat(take()).isEmpty();

    bond();
    send(theirs, question);
    Neighbors neighbors = (Neighbors) take().getFirst();
    assertThat(neighbors.nodes()).hasSize(1); // the asking node itself is the only one known

    send(theirs, new FindNode(KEY.publicKey(), network.nowSeconds() - 1));
    assertThat(take()).isEmpty();
  }

  @Test
  void aPongWithAnotherHashProvesNothing() {
    ping();
    received.clear();
    send(theirs, new Pong(NOWHERE, Bytes32.ZERO, soon(), 0));
    send(theirs, new FindNode(KEY.publicKey(), soon()));
    assertThat(take()).isEmpty();
    assertThat(node.table.size()).isZero();
  }

  @Test
  void aProofIsWorthNothingAtAnotherAddress() {
    bond();
    InetSocketAddress other = SimNetwork.at("127.0.0.2", 40404);
    network.connect(other, (from, packet) -> received.add(PacketsV4.decode(packet).orElseThrow()));
    send(other, new FindNode(KEY.publicKey(), soon()));
    send(other, new RecordRequest(soon()));
    assertThat(take()).isEmpty();
  }

  @Test
  void aProofEndsAfterADay() {
    bond();
    network.run(24 * 3_600_000L);
    received.clear();
    send(theirs, new FindNode(KEY.publicKey(), soon()));
    assertThat(take()).isEmpty();
  }

  @Test
  void neighborsThatNobodyAskedForAreIgnored() {
    bond();
    Bytes fake = SimNode.keyOf(99).publicKey();
    Endpoint somewhere = new Endpoint(SimNetwork.at("1.2.3.4", 1).getAddress(), 30303, 30303);
    send(theirs, new Neighbors(List.of(new Neighbor(somewhere, fake)), soon()));
    assertThat(node.table.size()).isEqualTo(1);
  }

  @Test
  void ourRecordIsToldToWhoIsProven() {
    bond();
    Bytes32 hash = send(theirs, new RecordRequest(soon()));
    assertThat(take()).containsExactly(new RecordResponse(hash, node.record));
  }

  @Test
  void aStrangersPacketsNeverDrawMoreThanThreeTimesTheirBytes() {
    SplittableRandom random = new SplittableRandom(4);
    List<MessageV4> messages =
        List.of(
            new Ping(NOWHERE, NOWHERE, soon(), 0),
            new Ping(NOWHERE, NOWHERE, soon(), -1),
            new Pong(NOWHERE, Bytes.EMPTY, soon(), 0),
            new FindNode(KEY.publicKey(), soon()),
            new Neighbors(List.of(), soon()),
            new RecordRequest(soon()),
            new RecordResponse(Bytes32.ZERO, node.record));
    long in = 0;
    network.takeSent();
    for (int i = 0; i < 300; i++) {
      // a new identity each time, so that none is ever proven
      KeyPair stranger = SimNode.keyOf(1000 + i);
      Bytes packet =
          PacketsV4.encode(messages.get(random.nextInt(messages.size())), stranger).packet();
      InetSocketAddress from = SimNetwork.at("203.0.113." + (1 + i % 250), 1 + i);
      network.deliver(from, ours, packet);
      network.run(20);
      long out =
          network.takeSent().stream()
              .filter(sent -> sent.from().equals(ours))
              .mapToLong(sent -> sent.packet().size())
              .sum();
      assertThat(out).as("answers to %s", packet).isLessThanOrEqualTo(3L * packet.size());
      in += packet.size();
    }
    assertThat(in).isPositive();
  }

  @Test
  void aFloodOfPingsDrawsOnePingBackAtATime() {
    for (int i = 0; i < 50; i++) {
      network.deliver(
          theirs, ours, PacketsV4.encode(new Ping(NOWHERE, NOWHERE, soon() + i, 0), KEY).packet());
    }
    network.run(100);
    List<MessageV4> answers = take();
    assertThat(answers).filteredOn(Pong.class::isInstance).hasSize(50);
    assertThat(answers).filteredOn(Ping.class::isInstance).hasSize(1);
  }
}
