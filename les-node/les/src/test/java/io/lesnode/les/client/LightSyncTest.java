package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Header sync with honest servers, over every chain of the vectors. */
final class LightSyncTest {

  @Test
  void everyChainSyncsToItsHeadWithTheExpectedTotalDifficulty() {
    List<ServedChain> chains = ServedChain.all();
    for (ServedChain chain : chains) {
      Bench bench = new Bench(chain);
      bench.server("honest").connectTo(bench.engine);
      bench.runUntilHead(chain.head());
      bench.loop.runFor(SECOND);

      if (chain.expected().has("head")) {
        assertThat(bench.client.totalDifficulty(chain.head().hash()))
            .as(chain.name())
            .contains(UInt256.fromHexString(chain.expected().at("/head/td").asText()));
        assertThat(bench.client.head().hash().toHexString())
            .isEqualTo(chain.expected().at("/head/hash").asText());
      }
      assertThat(bench.client.status()).isEqualTo(new SyncStatus.Synced(chain.headNumber(), 1));
      assertThat(bench.stores.canonicalHashes()).hasSize((int) chain.headNumber() + 1);
    }
    System.out.println("LightSyncTest: " + chains.size() + " chains synced");
    assertThat(chains).isNotEmpty();
  }

  @Test
  void realSealsAreVerifiedNearTheHead() {
    ServedChain chain = ServedChain.named("ethash-real", "chain");
    Bench bench = new Bench(chain, new MemoryStores(), SealCheck.FULL);
    bench.server("honest").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
  }

  @Test
  void olderVersionsSyncAsWell() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    for (LesVersion version : LesVersion.values()) {
      Bench bench = new Bench(chain);
      bench.server("honest", chain, version).connectTo(bench.engine);
      bench.runUntilHead(chain.head());
    }
  }

  @Test
  void announcementsExtendTheChainHeaderByHeaderAndAcrossGaps() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("honest", chain.upTo(10), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.upTo(10).head());

    for (long number : new long[] {11, 12, 13, 40, 41, chain.headNumber()}) {
      server.announce(chain.upTo(number), 0);
      bench.runUntilHead(chain.upTo(number).head());
    }

    assertThat(server.isConnected()).isTrue();
  }

  @Test
  void aSingleNewHeadIsFetchedByHash() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    FakeServer server = bench.server("honest", chain.upTo(10), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.upTo(10).head());
    int before = server.received().size();

    server.announce(chain.upTo(11), 0);
    bench.runUntilHead(chain.upTo(11).head());

    assertThat(server.received().subList(before, server.received().size()))
        .singleElement()
        .isInstanceOfSatisfying(
            LesMessage.GetBlockHeaders.class, request -> assertThat(request.amount()).isEqualTo(1));
  }

  @Test
  void aHeavierForkReplacesTheChain() {
    ServedChain a = ServedChain.named("reorg", "chain-a");
    ServedChain b = ServedChain.named("reorg", "chain-b");
    Bench bench = new Bench(a);
    FakeServer server = bench.server("honest");
    server.connectTo(bench.engine);
    bench.runUntilHead(a.head());

    server.announce(b, a.headNumber() - 50);
    bench.runUntilHead(b.head());

    assertCanonical(bench, b);
    assertThat(bench.client.header(a.head().hash())).isPresent();
    assertThat(bench.client.isCanonical(a.header(a.headNumber()))).isFalse();
  }

  @Test
  void aLighterForkIsIgnored() {
    ServedChain a = ServedChain.named("reorg", "chain-a");
    ServedChain b = ServedChain.named("reorg", "chain-b");
    Bench bench = new Bench(b);
    bench.server("heavy", b, LesVersion.LES4).connectTo(bench.engine);
    FakeServer light = bench.server("light", a, LesVersion.LES4);
    light.connectTo(bench.engine);
    bench.runUntilHead(b.head());
    bench.loop.runFor(30 * SECOND);

    assertCanonical(bench, b);
    assertThat(light.isConnected()).isTrue();
  }

  @Test
  void aRestartGoesOnWhereTheStoreEnds() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    MemoryStores stores = new MemoryStores();
    Bench first = new Bench(chain, stores, SealCheck.SKIP);
    first.server("honest").connectTo(first.engine);
    first.loop.runUntil(() -> first.client.head().number() >= 100, 60 * SECOND);
    long reached = first.client.head().number();

    Bench second = new Bench(chain, stores, SealCheck.SKIP);
    assertThat(second.client.head().number()).isEqualTo(reached);
    FakeServer server = second.server("honest");
    server.connectTo(second.engine);
    second.runUntilHead(chain.head());

    assertCanonical(second, chain);
    assertThat(
            server.received().stream()
                .filter(LesMessage.GetBlockHeaders.class::isInstance)
                .map(LesMessage.GetBlockHeaders.class::cast)
                .filter(request -> !request.reverse())
                .mapToLong(LesMessage.GetBlockHeaders::amount)
                .sum())
        .isEqualTo(chain.headNumber() - reached);
  }

  @Test
  void theStatusSaysWhatIsWaitedFor() {
    ServedChain chain = ServedChain.named("london-small", "chain");
    Bench bench = new Bench(chain);
    assertThat(bench.client.status()).isInstanceOf(SyncStatus.NoServer.class);

    FakeServer server = bench.server("mute").silent();
    server.connectTo(bench.engine);
    bench.loop.runFor(SECOND);
    assertThat(bench.client.status()).isInstanceOf(SyncStatus.Connecting.class);

    bench.loop.runFor(5 * SECOND);
    assertThat(server.isConnected()).isFalse();
    assertThat(bench.client.status())
        .isInstanceOfSatisfying(
            SyncStatus.Refused.class,
            refused -> assertThat(refused.reason()).isInstanceOf(RefusalReason.NoStatus.class));
  }

  private static void assertCanonical(Bench bench, ServedChain chain) {
    for (long number = 0; number <= chain.headNumber(); number++) {
      Bytes32 expected = chain.header(number).hash();
      assertThat(bench.client.header(number).map(BlockHeader::hash)).contains(expected);
    }
    assertThat(bench.client.header(chain.headNumber() + 1)).isEmpty();
  }
}
