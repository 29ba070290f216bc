package io.lesnode.chain.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.consensus.InvalidBlockException;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.state.TrieState;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.chain.testing.ConsensusTestsZip;
import io.lesnode.chain.testing.TestNetworks;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.rlp.RlpException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official BlockchainTests: blocks good and bad, one after the other, through the chain on
 * disk. The normal build runs every {@value #SAMPLE}th file, {@code -Dconsensus.full=true} all.
 */
class BlockchainTests {
  private static final int SAMPLE = 4;

  @TempDir Path directory;

  private int passed;
  private int skipped;
  private final List<String> failures = new ArrayList<>();
  private final Map<String, Integer> skipReasons = new TreeMap<>();

  @Test
  void validBlocks() throws IOException {
    run("BlockchainTests/ValidBlocks");
  }

  @Test
  void invalidBlocks() throws IOException {
    run("BlockchainTests/InvalidBlocks");
  }

  @Test
  void transitions() throws IOException {
    run("BlockchainTests/TransitionTests");
  }

  private void run(String folder) throws IOException {
    try (ConsensusTestsZip zip = ConsensusTestsZip.open()) {
      List<String> files = zip.files(folder);
      for (int i = 0; i < files.size(); i++) {
        if (!ConsensusTestsZip.runsInFull() && i % SAMPLE != 0) {
          continue;
        }
        for (Map.Entry<String, JsonNode> test : zip.json(files.get(i)).properties()) {
          runCase(files.get(i) + " " + test.getKey(), test.getValue());
        }
      }
    }
    System.out.println(
        folder
            + (ConsensusTestsZip.runsInFull() ? "" : " (sample)")
            + ": "
            + passed
            + " passed, "
            + failures.size()
            + " failed, "
            + skipped
            + " skipped "
            + skipReasons);
    assertThat(failures).isEmpty();
    assertThat(passed).isPositive();
  }

  private void runCase(String name, JsonNode test) throws IOException {
    String network = test.get("network").asText();
    Optional<ChainConfig> config = TestNetworks.config(network);
    if (config.isEmpty()) {
      skipped++;
      skipReasons.merge("rules of " + network + " are not ours", 1, Integer::sum);
      return;
    }
    Path data = Files.createTempDirectory(directory, "case");
    try {
      play(test, config.get(), data);
      passed++;
    } catch (AssertionError | RuntimeException failure) {
      failures.add(name + ": " + failure);
    } finally {
      delete(data);
    }
  }

  private static void play(JsonNode test, ChainConfig config, Path data) {
    boolean sealed = "Ethash".equals(test.path("sealEngine").asText());
    Genesis genesis = genesis(test, config);
    try (ChainStore store = ChainStore.open(data, StoreOptions.defaults(GcMode.ARCHIVE));
        Blockchain chain =
            Blockchain.open(
                store, genesis, sealed ? SealCheck.FULL : SealCheck.SKIP, InstantSource.system())) {
      assertThat(chain.genesis().hash().toHexString())
          .isEqualTo(test.at("/genesisBlockHeader/hash").asText());
      for (JsonNode block : test.get("blocks")) {
        boolean valid = block.has("blockHeader");
        String refusal = importBlock(chain, Bytes.fromHexString(block.get("rlp").asText()));
        assertThat(refusal.isEmpty())
            .as("block " + block.path("blocknumber").asText() + " refused: " + refusal)
            .isEqualTo(valid);
      }
      assertThat(chain.head().hash().toHexString()).endsWith(hex(test.get("lastblockhash")));
      if (test.has("postStateHash")) {
        assertThat(chain.head().header().stateRoot().toHexString())
            .isEqualTo(test.get("postStateHash").asText());
      }
      if (test.has("postState")) {
        assertState(chain.stateAfter(chain.head().header()), test.get("postState"));
      }
      assertThat(ChainCheck.check(store)).isEmpty();
    }
  }

  private static String hex(JsonNode text) {
    return text.asText().replace("0x", "");
  }

  /** Returns why a block was refused, or nothing. */
  private static String importBlock(Blockchain chain, Bytes encoded) {
    try {
      chain.importBlock(Block.decode(encoded));
      return "";
    } catch (InvalidBlockException | RlpException | IllegalArgumentException refusal) {
      return String.valueOf(refusal.getMessage());
    }
  }

  private static Genesis genesis(JsonNode test, ChainConfig config) {
    BlockHeader header =
        Block.decode(Bytes.fromHexString(test.get("genesisRLP").asText())).header();
    TreeMap<Address, Genesis.Allocation> alloc = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : test.get("pre").properties()) {
      JsonNode account = entry.getValue();
      Map<UInt256, UInt256> storage = new HashMap<>();
      for (Map.Entry<String, JsonNode> slot : account.get("storage").properties()) {
        storage.put(word(slot.getKey()), word(slot.getValue().asText()));
      }
      alloc.put(
          Address.fromHex(entry.getKey()),
          new Genesis.Allocation(
              word(account.get("nonce").asText()).toLong(),
              word(account.get("balance").asText()),
              Bytes.fromHexString(account.get("code").asText()),
              storage));
    }
    return new Genesis(config, header, alloc);
  }

  private static UInt256 word(String hex) {
    return UInt256.fromHexString(hex);
  }

  private static void assertState(TrieState state, JsonNode expected) {
    for (Map.Entry<String, JsonNode> entry : expected.properties()) {
      Address address = Address.fromHex(entry.getKey());
      JsonNode fields = entry.getValue();
      Account account = state.account(address);
      assertThat(account).as(entry.getKey()).isNotNull();
      assertThat(account.balance()).isEqualTo(word(fields.get("balance").asText()));
      assertThat(UInt256.fromBytes(Bytes.ofUnsignedLong(account.nonce())))
          .isEqualTo(word(fields.get("nonce").asText()));
      Bytes code = Bytes.fromHexString(fields.get("code").asText());
      if (!account.codeHash().equals(EmptyHashes.CODE)) {
        assertThat(state.code(address, account.codeHash())).isEqualTo(code);
      } else {
        assertThat(code.isEmpty()).isTrue();
      }
      Bytes32 root = account.storageRoot();
      for (Map.Entry<String, JsonNode> slot : fields.get("storage").properties()) {
        assertThat(state.storage(address, root, word(slot.getKey())))
            .isEqualTo(word(slot.getValue().asText()));
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
