package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreException;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Imports that do not go well, on the first chain of the vectors that is short and unsealed. */
class ChainImporterTest {
  @TempDir Path directory;

  private Path folder;
  private List<Block> blocks;
  private ChainStore store;
  private Blockchain chain;

  @BeforeEach
  void open() {
    folder =
        Vectors.chains().stream()
            .filter(candidate -> ChainVectors.files(candidate).size() == 1)
            .filter(candidate -> ChainVectors.sealCheck(candidate) == SealCheck.SKIP)
            .findFirst()
            .orElseThrow();
    blocks = new ArrayList<>();
    ChainVectors.blocks(ChainVectors.files(folder).getFirst()).forEach(blocks::add);
    store = ChainStore.open(directory.resolve("data"), StoreOptions.defaults(GcMode.FULL));
    chain =
        Blockchain.open(
            store, ChainVectors.genesis(folder), SealCheck.SKIP, InstantSource.system());
  }

  @AfterEach
  void close() {
    chain.close();
    store.close();
  }

  private ImportProgress importBytes(Bytes bytes) throws IOException {
    Path file = Files.write(directory.resolve("chain.rlp"), bytes.toArrayUnsafe());
    return new ChainImporter(chain, InstantSource.system(), unused -> {}).importFile(file);
  }

  private Bytes encoded(int from, int to) {
    return Bytes.concatenate(
        blocks.subList(from, to).stream().map(Block::encoded).toArray(Bytes[]::new));
  }

  @Test
  void theBlocksBeforeADamageAreImportedAndTheRestFollowsLater() throws IOException {
    Bytes cut = Bytes.concatenate(encoded(0, 30), encoded(30, 31).slice(0, 100));
    assertThatThrownBy(() -> importBytes(cut))
        .isInstanceOf(ChainFileException.class)
        .hasMessageContaining("truncated")
        .satisfies(
            error ->
                assertThat(((ChainFileException) error).offsetBytes())
                    .isEqualTo(encoded(0, 30).size()));
    assertThat(chain.head().number()).isEqualTo(30);

    ImportProgress rest = importBytes(encoded(0, blocks.size()));

    assertThat(rest.knownBlocks()).isEqualTo(30);
    assertThat(rest.importedBlocks()).isEqualTo(blocks.size() - 30);
    assertThat(chain.head().hash()).isEqualTo(blocks.getLast().hash());
    assertThat(ChainCheck.check(store)).isEmpty();
  }

  @Test
  void aWrongBlockIsNamedWithFieldAndValuesAndNothingOfItStays() throws IOException {
    BlockHeader good = blocks.get(10).header();
    Block forged =
        new Block(good.toBuilder().stateRoot(Bytes32.ZERO).build(), blocks.get(10).body());
    assertThatThrownBy(
            () -> importBytes(Bytes.concatenate(encoded(0, 10), forged.encoded(), encoded(11, 20))))
        .isInstanceOf(InvalidBlockException.class)
        .hasMessageContaining("block 11 (" + forged.hash() + ")")
        .hasMessageContaining("invalid merkle root (remote: " + Bytes32.ZERO)
        .hasMessageContaining(good.stateRoot().toHexString());
    assertThat(chain.head().number()).isEqualTo(10);
    assertThat(store.number(forged.hash())).isEmpty();
    assertThatThrownBy(() -> chain.importBlock(forged)).hasMessageContaining("failed in execution");

    importBytes(encoded(0, blocks.size()));
    assertThat(chain.head().hash()).isEqualTo(blocks.getLast().hash());
  }

  @Test
  void aFileOfAnotherChainHasNoKnownParent() throws IOException {
    Path other =
        Vectors.chains().stream()
            .filter(candidate -> !candidate.equals(folder))
            .findFirst()
            .orElseThrow();
    Bytes foreign = ChainVectors.bytes(ChainVectors.files(other).getFirst());
    assertThatThrownBy(() -> importBytes(foreign))
        .isInstanceOf(InvalidBlockException.class)
        .hasMessageContaining("unknown ancestor");
    assertThatThrownBy(
            () ->
                Blockchain.open(
                    store, ChainVectors.genesis(other), SealCheck.SKIP, InstantSource.system()))
        .isInstanceOf(StoreException.GenesisMismatch.class);
  }

  @Test
  void aStoppedImportEndsEarlyAndGoesOn() throws IOException {
    Path file =
        Files.write(directory.resolve("all.rlp"), encoded(0, blocks.size()).toArrayUnsafe());
    Instant[] now = {Instant.EPOCH};
    ChainImporter[] importer = new ChainImporter[1];
    List<ImportProgress> reports = new ArrayList<>();
    importer[0] =
        new ChainImporter(
            chain,
            () -> now[0] = now[0].plus(Duration.ofSeconds(1)),
            progress -> {
              reports.add(progress);
              importer[0].stop();
            });

    ImportProgress stopped = importer[0].importFile(file);

    assertThat(importer[0].isStopped()).isTrue();
    assertThat(reports).isNotEmpty();
    assertThat(stopped.elapsed()).isPositive();
    assertThat(chain.head().number()).isEqualTo(stopped.importedBlocks());
    importBytes(encoded(0, blocks.size()));
    assertThat(chain.head().hash()).isEqualTo(blocks.getLast().hash());
  }

  @Test
  void anExportThatFailsLeavesNothingBehind() throws IOException {
    importBytes(encoded(0, 5));
    Path target = directory.resolve("out.rlp.gz");
    assertThatThrownBy(() -> ChainExporter.export(store, 1, 9, target, number -> {}))
        .isInstanceOf(ChainFileException.class)
        .hasMessageContaining("there is no block 6");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "chain.rlp");
    }
    ChainExporter.export(store, 1, 5, target, number -> {});
    assertThat(ChainVectors.bytes(target)).isEqualTo(encoded(0, 5));
  }
}
