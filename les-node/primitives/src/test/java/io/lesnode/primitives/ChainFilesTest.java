package io.lesnode.primitives;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

class ChainFilesTest {
  @Test
  void everyBlockDecodesLinksAndEncodesToTheSameBytes() throws Exception {
    int blocks = 0;
    for (Path chain : Vectors.chains()) {
      for (Path file : chainFiles(chain)) {
        blocks += checkBlocks(file);
      }
    }
    System.out.println("chain files: " + blocks + " blocks");
    assertThat(blocks).isPositive();
  }

  @Test
  void everyGenesisGivesTheHashOfGeth() throws Exception {
    for (Path chain : Vectors.chains()) {
      Genesis genesis = Genesis.read(chain.resolve("genesis.json"));
      for (Path file : list(chain, "expected")) {
        JsonNode expected = new ObjectMapper().readTree(file.toFile());
        Bytes32 stateRoot = Bytes32.fromHexString(expected.get("genesisStateRoot").asText());
        assertThat(genesis.header(stateRoot).hash().toHexString())
            .as(chain.toString())
            .isEqualTo(expected.get("genesisHash").asText());
      }
    }
  }

  private static int checkBlocks(Path file) throws IOException {
    Bytes all;
    try (InputStream in = Vectors.open(file)) {
      all = Bytes.wrap(in.readAllBytes());
    }
    RlpReader reader = RlpReader.of(all);
    int blocks = 0;
    Bytes32 parent = null;
    while (!reader.isComplete()) {
      Bytes raw = reader.readRaw();
      Block block = Block.decode(raw);
      assertThat(block.encoded()).isEqualTo(raw);
      assertThat(block.header().toBuilder().build().encoded()).isEqualTo(block.header().encoded());
      checkFields(block.header());
      if (parent != null) {
        assertThat(block.header().parentHash()).isEqualTo(parent);
      }
      for (Transaction transaction : block.body().transactions()) {
        transaction.sender();
      }
      parent = block.hash();
      blocks++;
    }
    return blocks;
  }

  private static void checkFields(BlockHeader header) {
    Bytes encoded = header.encoded();
    assertThat(EncodedHeader.parentHash(encoded)).isEqualTo(header.parentHash());
    assertThat(EncodedHeader.stateRoot(encoded)).isEqualTo(header.stateRoot());
    assertThat(EncodedHeader.receiptsRoot(encoded)).isEqualTo(header.receiptsRoot());
    assertThat(EncodedHeader.number(encoded)).isEqualTo(header.number());
  }

  private static List<Path> chainFiles(Path chain) throws IOException {
    return list(chain, "chain");
  }

  private static List<Path> list(Path directory, String prefix) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(path -> path.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
