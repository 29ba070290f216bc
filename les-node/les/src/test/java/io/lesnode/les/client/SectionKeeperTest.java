package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.LightStore;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.BlockHeader;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sections that the client builds itself, and what it removes then, with sections of 128 blocks.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SectionKeeperTest {
  private static final Sections SMALL = new Sections(128, 8);
  private static final int HEIGHT = 700;

  private final ServedChain chain = MadeChain.upTo(HEIGHT, 3);
  private final ServedSections tries = new ServedSections(chain, SMALL);

  /** A client on a store that has our own headers from a height on, besides the genesis block. */
  private Bench client(LightStore store, long firstOwn) {
    DiskStores stores = new DiskStores(store);
    if (stores.head() == null) {
      List<HeaderChain.Head> heads =
          LongStream.concat(LongStream.of(0), LongStream.rangeClosed(firstOwn, HEIGHT))
              .mapToObj(n -> new HeaderChain.Head(chain.header(n), chain.totalDifficulty(n)))
              .toList();
      List<BlockHeader> canonical = heads.stream().map(HeaderChain.Head::header).toList();
      stores.write(heads, canonical, 1, 0, heads.getLast());
      stores.raiseStart(firstOwn > 1 ? firstOwn : 0);
    }
    return Bench.onDisk(chain, stores, new TrustedSections(new DiskSections(store, SMALL), SMALL));
  }

  private static LightStore open(Path directory) {
    return LightStore.open(directory, StoreOptions.defaults(GcMode.FULL));
  }

  private static void keep(Bench bench, boolean pruning) {
    bench.engine.keepSections(Runnable::run, pruning);
    bench.loop.runFor(60 * Bench.SECOND);
  }

  private void assertAllBuilt(Bench bench, long from) {
    for (CheckpointEntry entry : tries.entries()) {
      if (entry.sectionIndex() >= from) {
        assertThat(bench.engine.trusted().get(entry.sectionIndex())).contains(entry);
      }
    }
    assertThat(bench.engine.trusted().newest()).contains(tries.entries().getLast());
  }

  @Test
  void fromTheGenesisBlockAllSectionsAreBuiltWithoutAServer(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 1);
      keep(bench, false);
      assertThat(tries.entries()).hasSize(5);
      assertAllBuilt(bench, 0);
    }
    try (LightStore store = open(directory)) {
      assertAllBuilt(client(store, 1), 0);
    }
  }

  @Test
  void afterACheckpointTheEdgeOfItsTriesIsFetched(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 255);
      bench.engine.trusted().registerTrusted(tries.entries().get(1));
      keep(bench, false);
      assertThat(bench.engine.trusted().newest()).as("no server").contains(tries.entries().get(1));
      FakeServer server = bench.server("a").helperTries(tries).connectTo(bench.engine);
      // what they cost is more than the credit: it has to recharge
      bench.loop.runFor(600 * Bench.SECOND);
      assertAllBuilt(bench, 1);
      // 2,048 bits, 16 at a time, and one path of the hash trie
      assertThat(helperTrieRequests(server)).isEqualTo(129);
    }
  }

  @Test
  void aWrongEdgeIsRefused(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 255);
      bench.engine.trusted().registerTrusted(tries.entries().get(1));
      FakeServer liar =
          bench
              .server("liar")
              .helperTries(tries)
              .script(
                  (request, honest) ->
                      honest instanceof LesMessage.HelperTrieProofs m
                          ? new LesMessage.HelperTrieProofs(
                              m.requestId(),
                              m.bufferValue(),
                              List.of(m.nodes().getFirst(), Bytes.of(0xc2, 0x20, 0x01)),
                              m.auxiliary())
                          : honest)
              .connectTo(bench.engine);
      keep(bench, false);
      assertThat(liar.isConnected()).isFalse();
      assertThat(bench.engine.trusted().newest()).contains(tries.entries().get(1));
    }
  }

  @Test
  void whatIsGivenUpHalfwayIsNotTrustedAndIsBuiltAgain(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      TrustedSections trusted = client(store, 1).engine.trusted();
      AtomicInteger asked = new AtomicInteger();
      assertThat(trusted.build(0, () -> asked.incrementAndGet() < 5)).isEmpty();
      assertThat(asked).hasValue(5);
      assertThat(trusted.newest()).isEmpty();
      assertThat(trusted.build(0, () -> true)).contains(tries.entries().getFirst());
    }
  }

  @Test
  void anotherCheckpointTakesAwayWhatWasBuiltUponTheOld(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 1);
      keep(bench, false);
      CheckpointEntry own = tries.entries().get(2);
      CheckpointEntry other =
          new CheckpointEntry(
              2, own.sectionHead(), /* chtRoot= */ own.bloomRoot(), /* bloomRoot= */ own.chtRoot());
      bench.engine.trusted().registerTrusted(other);
      assertThat(bench.engine.trusted().newest()).contains(other);
      assertThat(bench.engine.trusted().get(3)).isEmpty();
    }
  }

  /** geth's TestLightPruner: what is gone from the disk is fetched again and proven. */
  @Test
  void prunedBlocksAreFetchedAgain(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 1);
      keep(bench, true);
      assertAllBuilt(bench, 0);
      assertPruned(store);
      assertThat(bench.engine.chain().start()).isEqualTo(512);
    }
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 1);
      assertPruned(store);
      assertAllBuilt(bench, 0);
      bench.server("a").helperTries(tries).connectTo(bench.engine);
      for (long number = 1; number <= 60; number += 3) {
        BlockHeader header = bench.client.headerAt(number).orElseThrow().orElseThrow();
        assertThat(header).isEqualTo(chain.header(number));
        BlockHeader next = chain.header(number + 1);
        assertThat(bench.client.headerOf(next.hash()).orElseThrow()).contains(next);
        assertThat(bench.client.totalDifficulty(header.hash()))
            .contains(chain.totalDifficulty(number));
        assertThat(bench.client.body(header).orElseThrow()).isEqualTo(chain.body((int) number));
        assertThat(bench.client.receipts(header).orElseThrow())
            .isEqualTo(chain.receipts((int) number));
      }
      Bytes32 hash = chain.body(300).transactions().getFirst().hash();
      IncludedTransaction included = bench.client.transaction(hash).orElseThrow().orElseThrow();
      assertThat(included.header()).isEqualTo(chain.header(300));
      LogQuery query = new LogQuery(0, HEIGHT, List.of(MadeChain.ADDRESSES.get(2)), List.of());
      assertThat(bench.client.logs(query, LogLimits.STANDARD).orElseThrow())
          .extracting(found -> found.header().number())
          .contains(chainLogs(query));
      keep(bench, true);
      assertPruned(store);
    }
  }

  private Long[] chainLogs(LogQuery query) {
    return LongStream.rangeClosed(1, HEIGHT)
        .flatMap(
            number ->
                chain.receipts((int) number).stream()
                    .flatMap(receipt -> receipt.logs().stream())
                    .filter(query::matches)
                    .mapToLong(log -> number))
        .boxed()
        .toArray(Long[]::new);
  }

  private void assertPruned(LightStore store) {
    assertThat(store.header(0)).contains(chain.header(0));
    for (long number = 1; number < 512; number++) {
      assertThat(store.canonicalHash(number)).as("%d", number).isEmpty();
      assertThat(store.header(chain.header(number).hash())).isEmpty();
      assertThat(store.totalDifficulty(chain.header(number).hash())).isEmpty();
      assertThat(store.number(chain.header(number).hash())).hasValue(number);
    }
    for (long number = 512; number <= HEIGHT; number++) {
      assertThat(store.header(number)).contains(chain.header(number));
    }
  }

  @Test
  void nothingIsPrunedWithoutTwoSectionsOrAgainstTheUsersWish(@TempDir Path directory) {
    try (LightStore store = open(directory)) {
      Bench bench = client(store, 1);
      TrustedSections trusted = bench.engine.trusted();
      trusted.build(0, () -> true);
      trusted.prune();
      assertThat(store.header(1)).isPresent();
      keep(bench, false);
      assertAllBuilt(bench, 0);
      assertThat(store.header(1)).isPresent();
    }
  }

  private static long helperTrieRequests(FakeServer server) {
    return server.received().stream()
        .filter(LesMessage.GetHelperTrieProofs.class::isInstance)
        .count();
  }
}
