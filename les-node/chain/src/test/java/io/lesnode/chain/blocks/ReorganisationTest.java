package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Switching between the two branches of the folders that have several chain files. */
class ReorganisationTest {
  @TempDir Path directory;

  private static List<Path> folders() {
    return Vectors.chains().stream()
        .filter(folder -> ChainVectors.files(folder).size() == 2)
        .toList();
  }

  @Test
  void theHeavierBranchWinsInEitherOrderAndListenersHearOfIt() {
    for (Path folder : folders()) {
      List<Block> light = blocks(ChainVectors.files(folder).get(0));
      List<Block> heavy = blocks(ChainVectors.files(folder).get(1));
      Path data = directory.resolve(folder.getFileName());
      try (ChainStore store = ChainStore.open(data, StoreOptions.defaults(GcMode.FULL));
          Blockchain chain =
              Blockchain.open(
                  store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system())) {
        List<HeadChange> changes = new ArrayList<>();
        chain.onHeadChange(changes::add);
        light.forEach(chain::importBlock);
        assertThat(chain.head().hash()).isEqualTo(light.getLast().hash());
        assertThat(changes).hasSize(light.size()).noneMatch(HeadChange::isReorg);
        changes.clear();

        List<ImportOutcome> outcomes = heavy.stream().map(chain::importBlock).toList();

        int common = (int) outcomes.stream().filter(o -> o == ImportOutcome.KNOWN).count();
        assertThat(outcomes).containsOnlyOnce(ImportOutcome.REORGANISED);
        assertThat(outcomes).contains(ImportOutcome.SIDE);
        HeadChange switched = changes.getFirst();
        assertThat(switched.isReorg()).isTrue();
        assertThat(switched.commonAncestor().number()).isEqualTo(common);
        assertThat(switched.reorgDepth()).isEqualTo(light.size() - common);
        assertThat(chain.head().hash()).isEqualTo(heavy.getLast().hash());
        assertIndexed(chain, heavy, light);
        assertThat(ChainCheck.check(store)).isEmpty();
        assertThat(chain.importBlock(light.getLast())).isEqualTo(ImportOutcome.KNOWN);
      }
    }
  }

  @Test
  void theLighterBranchStaysBesideTheHeavier() {
    for (Path folder : folders()) {
      List<Block> light = blocks(ChainVectors.files(folder).get(0));
      List<Block> heavy = blocks(ChainVectors.files(folder).get(1));
      Path data = directory.resolve("reverse-" + folder.getFileName());
      try (ChainStore store = ChainStore.open(data, StoreOptions.defaults(GcMode.FULL));
          Blockchain chain =
              Blockchain.open(
                  store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system())) {
        heavy.forEach(chain::importBlock);
        assertThat(light.stream().map(chain::importBlock).toList())
            .containsOnly(ImportOutcome.KNOWN, ImportOutcome.SIDE);
        assertThat(chain.head().hash()).isEqualTo(heavy.getLast().hash());
        assertIndexed(chain, heavy, light);
        Block side = light.getLast();
        assertThat(chain.store().body(side.hash())).contains(side.body());
        assertThat(chain.store().hasState(side.header())).isTrue();
        assertThat(ChainCheck.check(store)).isEmpty();
      }
    }
  }

  private static void assertIndexed(Blockchain chain, List<Block> canonical, List<Block> dropped) {
    Set<Bytes32> included = new HashSet<>();
    for (Block block : canonical) {
      assertThat(chain.store().canonicalHash(block.number())).contains(block.hash());
      for (Transaction transaction : block.body().transactions()) {
        included.add(transaction.hash());
        assertThat(chain.store().transaction(transaction.hash()).orElseThrow().blockHash())
            .isEqualTo(block.hash());
      }
    }
    for (Block block : dropped) {
      for (Transaction transaction : block.body().transactions()) {
        if (!included.contains(transaction.hash())) {
          assertThat(chain.store().transaction(transaction.hash())).isEmpty();
        }
      }
    }
  }

  private static List<Block> blocks(Path file) {
    List<Block> blocks = new ArrayList<>();
    ChainVectors.blocks(file).forEach(blocks::add);
    return blocks;
  }
}
