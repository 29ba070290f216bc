package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every chain of the vectors imports; head, states and difficulties are those of geth; the export
 * is the file that was imported; a second import changes nothing.
 */
class ChainVectorsImportTest {
  @TempDir Path directory;

  @TestFactory
  List<DynamicTest> everyChain() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : Vectors.chains()) {
      for (GcMode mode : GcMode.values()) {
        tests.add(
            DynamicTest.dynamicTest(
                folder.getFileName() + " " + mode, () -> importFolder(folder, mode)));
      }
    }
    return tests;
  }

  private void importFolder(Path folder, GcMode mode) {
    SealCheck sealCheck = ChainVectors.sealCheck(folder);
    Path data = directory.resolve(folder.getFileName() + "-" + mode);
    List<Path> files = ChainVectors.files(folder);
    try (ChainStore store = ChainStore.open(data, StoreOptions.defaults(mode));
        Blockchain chain =
            Blockchain.open(
                store, ChainVectors.genesis(folder), sealCheck, InstantSource.system())) {
      for (Path file : files) {
        ImportProgress progress =
            new ChainImporter(chain, InstantSource.system(), unused -> {}).importFile(file);
        verify(chain, file, mode);
        verifyExport(chain, file);
        System.out.printf(
            "%s/%s %s: %d blocks, %.0f blocks/s, %.1f Mgas/s%n",
            folder.getFileName(),
            file.getFileName(),
            mode,
            progress.importedBlocks(),
            progress.blocksPerSecond(),
            progress.megagasPerSecond());
      }
      HeadBlock head = chain.head();
      ImportProgress again =
          new ChainImporter(chain, InstantSource.system(), unused -> {})
              .importFile(files.getLast());
      assertThat(again.importedBlocks()).isZero();
      assertThat(again.knownBlocks()).isPositive();
      assertThat(chain.head()).isEqualTo(head);
    }
  }

  private static void verify(Blockchain chain, Path file, GcMode mode) {
    JsonNode expected = ChainVectors.expected(file);
    assertThat(chain.genesis().hash().toHexString())
        .isEqualTo(expected.get("genesisHash").asText());
    HeadBlock head = chain.head();
    assertThat(head.number()).isEqualTo(expected.at("/head/number").asLong());
    verifyBlock(chain, head.header(), expected.get("head"));
    for (Map.Entry<String, JsonNode> block : expected.get("blocks").properties()) {
      verifyBlock(
          chain,
          chain.store().header(Long.parseLong(block.getKey())).orElseThrow(),
          block.getValue());
    }
    if (mode == GcMode.ARCHIVE) {
      assertThat(chain.store().oldestState()).isZero();
    }
    assertThat(chain.store().hasState(head.header())).isTrue();
  }

  private static void verifyBlock(Blockchain chain, BlockHeader header, JsonNode expected) {
    assertThat(header.hash().toHexString()).isEqualTo(expected.get("hash").asText());
    assertThat(header.stateRoot().toHexString()).isEqualTo(expected.get("stateRoot").asText());
    assertThat(chain.totalDifficulty(header.hash()))
        .isEqualTo(UInt256.fromHexString(expected.get("td").asText()));
  }

  private void verifyExport(Blockchain chain, Path file) {
    Path exported = directory.resolve("export-" + file.getFileName());
    ChainExporter.export(chain.store(), 1, chain.head().number(), exported, number -> {});
    assertThat(ChainVectors.bytes(exported)).isEqualTo(ChainVectors.bytes(file));
    for (Block block : ChainVectors.blocks(file)) {
      int index = 0;
      for (Transaction transaction : block.body().transactions()) {
        assertThat(chain.store().transaction(transaction.hash()))
            .hasValueSatisfying(place -> assertThat(place.blockHash()).isEqualTo(block.hash()));
        assertThat(chain.store().transaction(transaction.hash()).orElseThrow().index())
            .isEqualTo(index++);
      }
    }
  }
}
