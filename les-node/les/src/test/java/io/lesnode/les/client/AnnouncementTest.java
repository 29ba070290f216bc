package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** geth's les/fetcher_test.go, and what several servers do to one synchronisation. */
final class AnnouncementTest {
  private final ForgedChain forged = ForgedChain.genesis().extended(4);

  private static Bench startingAt(ServedChain chain) {
    return new Bench(chain);
  }

  private static long headerRequests(FakeServer server) {
    return server.received().stream().filter(LesMessage.GetBlockHeaders.class::isInstance).count();
  }

  /** TestSequentialAnnouncements: heads 1 to 4, each header fetched once. */
  @Test
  void sequentialAnnouncements() {
    for (LesVersion version : LesVersion.values()) {
      Bench bench = startingAt(forged.served());
      FakeServer server = bench.server("s", forged.upTo(0).served(), version);
      server.connectTo(bench.engine);
      bench.loop.runFor(SECOND);
      for (int number = 1; number <= 4; number++) {
        server.announce(forged.upTo(number).served(), 0);
        bench.runUntilHead(forged.upTo(number).served().head());
        assertThat(headerRequests(server)).isEqualTo(number);
      }
      bench.loop.runFor(5 * SECOND);
      assertThat(headerRequests(server)).isEqualTo(4);
      assertThat(server.isConnected()).isTrue();
    }
  }

  /** TestGappedAnnouncements: from nothing to 4, then a reorganisation from 3 to 5. */
  @Test
  void gappedAnnouncements() {
    Bench bench = startingAt(forged.served());
    FakeServer server = bench.server("s", forged.upTo(0).served(), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.loop.runFor(SECOND);

    server.announce(forged.served(), 0);
    bench.runUntilHead(forged.served().head());

    ForgedChain other = forged.upTo(3).extended(2, 3, (byte) 9);
    server.announce(other.served(), 1);
    bench.runUntilHead(other.served().head());
    assertThat(bench.client.head().number()).isEqualTo(5);
    assertThat(server.isConnected()).isTrue();
  }

  /** TestInvalidAnnounces: the total difficulty of block 1 is not what was announced. */
  @Test
  void invalidAnnounces() {
    for (LesVersion version : LesVersion.values()) {
      Bench bench = startingAt(forged.served());
      FakeServer server = bench.server("s", forged.upTo(0).served(), version);
      server.connectTo(bench.engine);
      bench.loop.runFor(SECOND);
      AnnouncedHead one = forged.upTo(1).served().head();
      server.serve(forged.served());
      server.announce(
          new AnnouncedHead(one.hash(), 1, one.totalDifficulty().add(UInt256.valueOf(200))), 0);
      bench.loop.runFor(10 * SECOND);
      assertThat(server.isConnected()).isFalse();
    }
  }

  @Test
  void aKnownBlockWithAnotherNumberOrDifficultyIsALie() {
    AnnouncedHead head = forged.served().head();
    AnnouncedHead old = forged.upTo(2).served().head();
    UInt256 more = head.totalDifficulty().add(UInt256.ONE);
    for (AnnouncedHead lie :
        List.of(
            new AnnouncedHead(head.hash(), 4, more),
            new AnnouncedHead(head.hash(), 5, more),
            new AnnouncedHead(old.hash(), 2, more),
            new AnnouncedHead(old.hash(), 3, more))) {
      Bench bench = startingAt(forged.served());
      FakeServer server = bench.server("s");
      server.connectTo(bench.engine);
      bench.runUntilHead(head);
      server.announce(lie, 0);
      bench.loop.runFor(SECOND);
      assertThat(server.isConnected()).as(lie.toString()).isFalse();
      assertThat(bench.client.head().hash()).isEqualTo(head.hash());
    }
  }

  @Test
  void aLighterClaimOfABlockThatWeKnowIsCheckedToo() {
    AnnouncedHead old = forged.upTo(2).served().head();
    Bench bench = startingAt(forged.served());
    bench.server("honest").connectTo(bench.engine);
    bench.runUntilHead(forged.served().head());
    FakeServer liar = bench.server("liar", forged.upTo(1).served(), LesVersion.LES4);
    liar.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    assertThat(liar.isConnected()).isTrue();

    liar.announce(new AnnouncedHead(old.hash(), 2, old.totalDifficulty().subtract(UInt256.ONE)), 0);
    bench.loop.runFor(SECOND);
    assertThat(liar.isConnected()).isFalse();
  }

  @Test
  void aHeadThatIsNeverDeliveredCostsTheConnection() {
    Bench bench = startingAt(forged.served());
    FakeServer server = bench.server("s", forged.upTo(3).served(), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(forged.upTo(3).served().head());
    server.script((request, honest) -> null);
    server.announce(new AnnouncedHead(Bytes32.repeat((byte) 1), 4, UInt256.valueOf(1L << 40)), 0);
    bench.loop.runFor(20 * SECOND);
    assertThat(server.isConnected()).isFalse();
    assertThat(bench.client.head().number()).isEqualTo(3);
  }

  @Test
  void serversThatAgreeShareTheRanges() {
    ServedChain chain = ForgedChain.genesis().extended(6000).served();
    Bench bench = startingAt(chain);
    List<FakeServer> servers = List.of(bench.server("a"), bench.server("b"), bench.server("c"));
    servers.forEach(server -> server.connectTo(bench.engine));
    bench.runUntilHead(chain.head());

    long total = servers.stream().mapToLong(AnnouncementTest::headersAsked).sum();
    assertThat(total).isLessThan(6600);
    assertThat(servers).allMatch(server -> headersAsked(server) > 600);
    assertThat(servers).allMatch(FakeServer::isConnected);
  }

  private static long headersAsked(FakeServer server) {
    return server.received().stream()
        .filter(LesMessage.GetBlockHeaders.class::isInstance)
        .mapToLong(request -> ((LesMessage.GetBlockHeaders) request).amount())
        .sum();
  }

  /** It claims the head of the others and serves a lighter fork, every header of which is valid. */
  @Test
  void aForkInTheMidstOfASharedSynchronisationCostsOnlyTime() {
    ForgedChain right = ForgedChain.genesis().extended(3000);
    ServedChain chain = right.served();
    ServedChain fork = right.upTo(700).extended(2400, 40, (byte) 7).served();
    Bench bench = startingAt(chain);
    FakeServer mole = bench.server("mole");
    List<FakeServer> honest = List.of(bench.server("a"), bench.server("b"));
    mole.connectTo(bench.engine);
    honest.forEach(server -> server.connectTo(bench.engine));
    mole.serve(fork);
    bench.runUntilHead(chain.head());

    assertThat(honest).allMatch(FakeServer::isConnected);
    assertThat(headersAsked(mole)).isPositive();
  }
}
