package io.lesnode.devp2p.discovery.v5;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.SimNetwork;
import io.lesnode.devp2p.discovery.SimNode;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.enr.NodeRecord;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** Two nodes of discovery v5, and strangers, in virtual time. */
class DiscoveryV5Test {
  private final SimNetwork network = new SimNetwork(6);
  private final InetSocketAddress place = SimNetwork.at("127.0.0.1", 30301);
  private final List<Bytes> talked = new ArrayList<>();

  private SimNode node(int seed, String address) {
    TalkHandler echo =
        (node, from, request, reply) -> {
          talked.add(request);
          reply.accept(Bytes.concatenate(request, request));
        };
    return new SimNode(
        network,
        SimNode.Protocol.V5,
        SimNetwork.at(address, 30301),
        seed,
        List.of(),
        Map.of("echo", echo));
  }

  private OptionalLong ping(SimNode from, KnownNode to) {
    List<OptionalLong> answers = new ArrayList<>();
    from.queries.ping(to, answers::add);
    network.run(2_000);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  private Optional<Bytes> talk(SimNode from, KnownNode to, String protocol, Bytes request) {
    List<Optional<Bytes>> answers = new ArrayList<>();
    ((DiscoveryV5) from.queries).talk(to, protocol, request, answers::add);
    network.run(2_000);
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void asksAndAnswers() {
    SimNode one = node(1, "127.0.0.1");
    SimNode two = node(2, "127.0.0.2");

    assertThat(ping(one, two.withoutRecord())).hasValue(1);
    List<Optional<NodeRecord>> records = new ArrayList<>();
    one.queries.requestRecord(two.withoutRecord(), records::add);
    network.run(2_000);
    assertThat(records).containsExactly(Optional.of(two.record));
    assertThat(talk(one, two.known(), "echo", Bytes.of(1, 2))).contains(Bytes.of(1, 2, 1, 2));
    assertThat(talk(one, two.known(), "unknown", Bytes.of(1))).contains(Bytes.EMPTY);
    assertThat(two.table.node(one.known().hash())).as("it spoke to us").isPresent();
  }

  @Test
  void silenceIsAnAnswer() {
    SimNode one = node(1, "127.0.0.1");
    SimNode two = node(2, "127.0.0.2");
    network.disconnect(two.endpoint);
    assertThat(ping(one, two.known())).isEmpty();
    assertThat(talk(one, two.known(), "echo", Bytes.EMPTY)).isEmpty();
  }

  @Test
  void aNodeThatForgotItsSessionsIsGreetedAgain() {
    SimNode one = node(1, "127.0.0.1");
    SimNode two = node(2, "127.0.0.2");
    assertThat(ping(one, two.known())).hasValue(1);

    SimNode again = node(2, "127.0.0.2");

    assertThat(ping(one, again.known())).hasValue(1);
  }

  @Test
  void manyQuestionsToOneNodeTakeTurns() {
    SimNode one = node(1, "127.0.0.1");
    SimNode two = node(2, "127.0.0.2");
    List<OptionalLong> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      one.queries.ping(two.known(), answers::add);
    }
    network.run(20_000);
    assertThat(answers).hasSize(300);
    assertThat(answers.stream().filter(OptionalLong::isPresent).count())
        .as("256 at most are open at once")
        .isBetween(250L, 257L);
  }

  @Test
  void aStrangerGetsLessThanItSends() {
    SimNode one = node(1, "127.0.0.1");
    SplittableRandom random = new SplittableRandom(3);
    Bytes32 self = one.known().hash();
    int answered = 0;
    for (int i = 0; i < 500; i++) {
      Bytes packet = stranger(random, self);
      network.takeSent();
      network.deliver(SimNetwork.at("203.0.113.9", 1 + i), place, packet);
      network.run(20);
      int out =
          network.takeSent().stream()
              .filter(sent -> sent.from().equals(place))
              .mapToInt(sent -> sent.packet().size())
              .sum();
      assertThat(out).isLessThanOrEqualTo(packet.size());
      answered += out > 0 ? 1 : 0;
    }
    assertThat(answered).isBetween(20, 450);
  }

  /** Random bytes, sometimes in the form of a packet for us. */
  private static Bytes stranger(SplittableRandom random, Bytes32 self) {
    byte[] bytes = new byte[random.nextInt(1, 1281)];
    random.nextBytes(bytes);
    Bytes noise = Bytes.wrap(bytes);
    if (bytes.length < 100 || random.nextInt(3) == 0) {
      return noise;
    }
    int authBytes = random.nextInt(2) == 0 ? 32 : random.nextInt(bytes.length - 60);
    Bytes header =
        HeaderV5.header(
            noise.slice(0, 16), random.nextInt(4), noise.slice(20, 12), noise.slice(32, authBytes));
    return HeaderV5.mask(header, noise.slice(32 + authBytes), self);
  }

  @Test
  void looksNearTheTargetFirst() {
    assertThat(DiscoveryV5.distances(255)).containsExactly(255, 256, 254);
    assertThat(DiscoveryV5.distances(256)).containsExactly(256, 255, 254);
    assertThat(DiscoveryV5.distances(1)).containsExactly(1, 2, 3);
    assertThat(DiscoveryV5.distances(0)).containsExactly(0, 1, 2);
  }
}
