package io.lesnode.chain.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.testing.ChainVectors;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules accept every header and ommer of every chain that geth made, and add up its difficulty.
 */
class HeaderChainsTest {
  @TestFactory
  List<DynamicTest> everyChainOfTheVectors() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path folder : Vectors.chains()) {
      for (Path file : ChainVectors.files(folder)) {
        tests.add(
            DynamicTest.dynamicTest(
                folder.getFileName() + "/" + file.getFileName(), () -> verify(folder, file)));
      }
    }
    return tests;
  }

  private static void verify(Path folder, Path file) {
    JsonNode expected = ChainVectors.expected(file);
    Genesis genesis = ChainVectors.genesis(folder);
    ChainConfig config = genesis.config();
    SealCheck sealCheck = ChainVectors.sealCheck(folder);
    ConsensusRules rules =
        ConsensusRules.of(config, sealCheck, CliqueSnapshotStore.NONE, InstantSource.system());
    MemoryHeaders headers = new MemoryHeaders();
    BlockHeader parent =
        genesis.header(Bytes32.fromHexString(expected.get("genesisStateRoot").asText()));
    assertThat(parent.hash().toHexString()).isEqualTo(expected.get("genesisHash").asText());
    headers.put(new Block(parent, BlockBody.EMPTY));
    UInt256 totalDifficulty = parent.difficulty();
    int ommers = 0;
    for (Block block : ChainVectors.blocks(file)) {
      BlockHeader header = block.header();
      rules.verifySeal(header);
      assertThat(header.parentHash()).isEqualTo(parent.hash());
      rules.verifyHeader(header, parent, totalDifficulty, headers);
      rules.verifyOmmers(header, block.body().ommers(), headers);
      headers.put(block);
      ommers += block.body().ommers().size();
      totalDifficulty = totalDifficulty.add(header.difficulty());
      parent = header;
    }
    assertThat(parent.hash().toHexString()).isEqualTo(expected.at("/head/hash").asText());
    assertThat(totalDifficulty.toShortHexString()).isEqualTo(expected.at("/head/td").asText());
    System.out.println(
        folder.getFileName()
            + "/"
            + file.getFileName()
            + ": "
            + parent.number()
            + " headers, "
            + ommers
            + " ommers, seal check "
            + sealCheck);
  }

  /** All blocks of one chain by hash. */
  static final class MemoryHeaders implements AncestorSource {
    private final Map<Bytes32, Block> blocks = new HashMap<>();

    void put(Block block) {
      blocks.put(block.hash(), block);
    }

    @Override
    public @Nullable BlockHeader header(Bytes32 hash, long number) {
      Block block = blocks.get(hash);
      return block == null ? null : block.header();
    }

    @Override
    public @Nullable List<BlockHeader> ommers(Bytes32 hash, long number) {
      Block block = blocks.get(hash);
      return block == null ? null : block.body().ommers();
    }
  }
}
