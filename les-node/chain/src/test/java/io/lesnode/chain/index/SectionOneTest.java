package io.lesnode.chain.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.state.GenesisState;
import io.lesnode.chain.store.ChainBatch;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Section 0 of a chain that geth indexed: the same roots. */
class SectionOneTest {
  private static final int BLOCKS_PER_BATCH = 2048;

  @TempDir Path directory;

  @Test
  void rootsAreThoseOfGeth() {
    int sections = 0;
    for (Path folder : Vectors.chains()) {
      Path file = ChainVectors.files(folder).getFirst();
      JsonNode expected = ChainVectors.expected(file).path("section");
      if (expected.isMissingNode()) {
        continue;
      }
      try (ChainStore store = store(folder, file)) {
        HelperTries tries = new HelperTries(store, Sections.STANDARD);
        long start = System.nanoTime();
        assertThat(HelperTrieIndexer.step(store, Sections.STANDARD, Pace.UNHURRIED)).isTrue();
        System.out.printf(
            "helper tries of %s: %d ms%n",
            folder.getFileName(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        CheckpointEntry section = tries.latest().orElseThrow();
        assertThat(section.sectionIndex()).isEqualTo(expected.path("index").asLong());
        assertThat(section.sectionHead().toHexString())
            .isEqualTo(expected.path("sectionHead").asText());
        assertThat(section.chtRoot().toHexString()).isEqualTo(expected.path("chtRoot").asText());
        assertThat(section.bloomRoot().toHexString())
            .isEqualTo(expected.path("bloomRoot").asText());
        sections++;
      }
    }
    Assumptions.assumeTrue(sections > 0, "skipped: no chain with an indexed section is here");
  }

  /** The blocks as they are, not executed. */
  private ChainStore store(Path folder, Path file) {
    ChainStore store =
        ChainStore.open(
            directory.resolve(folder.getFileName().toString()),
            StoreOptions.defaults(GcMode.ARCHIVE));
    GenesisState genesis = GenesisState.of(ChainVectors.genesis(folder));
    store.initialize(genesis.block(), genesis.state());
    UInt256 total = genesis.block().header().difficulty();
    ChainBatch batch = store.newBatch();
    for (Block block : ChainVectors.blocks(file)) {
      total = total.add(block.header().difficulty());
      batch.putBlock(block, total);
      batch.setCanonical(block.header());
      batch.setHead(block.header());
      if (block.number() % BLOCKS_PER_BATCH == 0) {
        batch.commit();
        batch.close();
        batch = store.newBatch();
      }
    }
    batch.commit();
    batch.close();
    return store;
  }
}
