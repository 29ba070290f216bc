package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.chain.blocks.ChainFileException;
import io.lesnode.chain.blocks.ChainFileReader;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.config.GenesisException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A chain as files that both programs import.
 *
 * @param genesis in geth's format
 * @param blocksFile what {@code geth export} or {@code les export} wrote, perhaps gzipped
 * @param networkId its chain id
 * @param isClique whether its blocks are sealed by signers, and not by proof of work that is taken
 *     unchecked
 * @param headNumber of the last block
 * @param blocks how many blocks the file has, the first not counted
 * @param transactions in all blocks
 * @param gas that all blocks used
 */
record ChainFiles(
    Path genesis,
    Path blocksFile,
    long networkId,
    boolean isClique,
    long headNumber,
    long blocks,
    long transactions,
    long gas) {

  /** Blocks below a section of helper tries is finished and safe: 32,768 and 2,048 on top. */
  private static final long SECTION_BLOCKS = 32_768 + 2_048;

  /**
   * Reads a chain folder and all its blocks, so that a bad chain is found before anything starts.
   *
   * @throws NodeFailure if it is none
   */
  static ChainFiles read(Path folder) {
    Path genesis = folder.resolve("genesis.json");
    if (!Files.isRegularFile(genesis)) {
      throw unusable("there is no " + genesis, null);
    }
    Path blocks =
        Stream.of("chain.rlp", "chain.rlp.gz")
            .map(folder::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElseThrow(
                () -> unusable("there is no chain.rlp or chain.rlp.gz in " + folder, null));
    try {
      Genesis parsed = Genesis.read(genesis);
      return count(genesis, parsed, blocks);
    } catch (ChainFileException | GenesisException wrong) {
      throw unusable(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static ChainFiles count(Path genesis, Genesis parsed, Path file) {
    long head = 0;
    long blocks = 0;
    long transactions = 0;
    long gas = 0;
    try (ChainFileReader reader = new ChainFileReader(file)) {
      for (ChainFileReader.RawBlock raw = reader.next(); raw != null; raw = reader.next()) {
        var block = reader.decode(raw);
        BlockHeader header = block.header();
        if (header.number() > 0) {
          blocks++;
          transactions += block.body().transactions().size();
          gas += header.gasUsed();
          head = Math.max(head, header.number());
        }
      }
    }
    if (blocks == 0) {
      throw unusable(file + " holds no block", null);
    }
    return new ChainFiles(
        genesis.toAbsolutePath(),
        file.toAbsolutePath(),
        parsed.config().chainId().toLong(),
        parsed.config().consensus() instanceof ConsensusConfig.Clique,
        head,
        blocks,
        transactions,
        gas);
  }

  /** Whether a canonical hash trie can be served. */
  boolean hasHelperTries() {
    return headNumber >= SECTION_BLOCKS;
  }

  private static NodeFailure unusable(String why, @Nullable Throwable cause) {
    return new NodeFailure(
        "the chain cannot be used",
        why,
        "Give --chain a folder with genesis.json and chain.rlp, or leave it out",
        cause);
  }
}
