package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The indexer beside an import: follows the head, follows it to another branch, ends at once. */
class HelperTrieIndexerTest {
  private static final Sections SECTIONS = new Sections(64, 1);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final AtomicInteger finished = new AtomicInteger();
  @TempDir Path directory;

  @Test
  void followsTheHeadAlsoToAnotherBranch() {
    Path folder = Vectors.folder("chains/reorg");
    try (ChainStore store = open("reorg");
        Blockchain chain = chain(store, folder);
        HelperTrieIndexer indexer =
            HelperTrieIndexer.start(chain, SECTIONS, finished::incrementAndGet)) {
      for (Path file : ChainVectors.files(folder)) { // the second leaves the first at block 50
        ChainVectors.blocks(file).forEach(chain::importBlock);
        Bytes32 sectionHead = store.canonicalHash(SECTIONS.last(0)).orElseThrow();
        await(() -> head(indexer.checkpoints()).equals(Optional.of(sectionHead)));
        assertThat(indexer.checkpoints().latest())
            .isPresent()
            .isEqualTo(indexedAtRest(folder, file));
      }
    }
  }

  private Optional<CheckpointEntry> indexedAtRest(Path folder, Path file) {
    try (ChainStore store = open("at-rest-" + file.getFileName());
        Blockchain chain = chain(store, folder)) {
      ChainVectors.blocks(file).forEach(chain::importBlock);
      return HelperTrieIndexer.catchUp(store, SECTIONS).latest();
    }
  }

  @Test
  void catchesUpWithWhatWasImportedWithoutItAndGoesOn() {
    Path folder = Vectors.folder("chains/london-small");
    Path file = ChainVectors.files(folder).getFirst();
    long head = ChainVectors.expected(file).at("/head/number").asLong();
    long half = head / 2;
    try (ChainStore store = open("london");
        Blockchain chain = chain(store, folder)) {
      for (Block block : ChainVectors.blocks(file)) {
        if (block.number() <= half) {
          chain.importBlock(block);
        }
      }
      HelperTrieIndexer.start(chain, SECTIONS, finished::incrementAndGet)
          .close(); // whatever it did is whole
      try (HelperTrieIndexer indexer =
          HelperTrieIndexer.start(chain, SECTIONS, finished::incrementAndGet)) {
        await(() -> sections(indexer.checkpoints()) == SECTIONS.confirmed(half));
        for (Block block : ChainVectors.blocks(file)) {
          if (block.number() > half) {
            chain.importBlock(block);
          }
        }
        await(() -> sections(indexer.checkpoints()) == SECTIONS.confirmed(head));
        await(() -> finished.get() == SECTIONS.confirmed(head));
      }
    }
  }

  private static long sections(Checkpoints checkpoints) {
    return checkpoints.latest().map(entry -> entry.sectionIndex() + 1).orElse(0L);
  }

  private static Optional<Bytes32> head(Checkpoints checkpoints) {
    return checkpoints.latest().map(CheckpointEntry::sectionHead);
  }

  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).as("nanoseconds of waiting").isLessThan(PATIENCE_NANOS);
      Thread.onSpinWait();
    }
  }

  private ChainStore open(String name) {
    return ChainStore.open(directory.resolve(name), StoreOptions.defaults(GcMode.ARCHIVE));
  }

  private static Blockchain chain(ChainStore store, Path folder) {
    return Blockchain.open(
        store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system());
  }
}
