package io.lesnode.primitives.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * When each fork activates on a chain, and who seals it: the {@code config} object of geth's
 * genesis JSON.
 *
 * @param chainId the EIP-155 chain id
 * @param forkBlocks the activation heights of the forks {@code HOMESTEAD … GRAY_GLACIER}; a fork
 *     that is absent never activates, except PETERSBURG, which then activates with CONSTANTINOPLE
 * @param eip155Block from which height transactions may be replay-protected; null is never
 * @param daoForkBlock the height of the DAO fork; null is never
 * @param daoForkSupport whether the chain moved the funds (Ethereum) or not (Classic)
 * @param mergeNetsplitBlock a fork without rules that only separates networks; null is none
 * @param terminalTotalDifficulty at which total difficulty proof of work ended; null is never
 * @param shanghaiTime the activation time in seconds since 1970; null is never
 * @param cancunTime the activation time in seconds since 1970; null is never
 * @param consensus the engine before the Merge
 */
public record ChainConfig(
    UInt256 chainId,
    Map<Fork, Long> forkBlocks,
    @Nullable Long eip155Block,
    @Nullable Long daoForkBlock,
    boolean daoForkSupport,
    @Nullable Long mergeNetsplitBlock,
    @Nullable UInt256 terminalTotalDifficulty,
    @Nullable Long shanghaiTime,
    @Nullable Long cancunTime,
    ConsensusConfig consensus) {
  /** Copies the map and checks that it holds only forks that activate at a height. */
  public ChainConfig {
    Map<Fork, Long> copy = new EnumMap<>(Fork.class);
    copy.putAll(forkBlocks);
    for (Fork fork : copy.keySet()) {
      if (fork == Fork.FRONTIER || fork.isAtLeast(Fork.PARIS)) {
        throw new IllegalArgumentException(fork + " does not activate at a height");
      }
    }
    forkBlocks = Collections.unmodifiableMap(copy);
  }

  /** The height at which a fork activates, if it does. */
  public Optional<Long> forkBlock(Fork fork) {
    Long block = forkBlocks.get(fork);
    if (block == null && fork == Fork.PETERSBURG) {
      block = forkBlocks.get(Fork.CONSTANTINOPLE);
    }
    return Optional.ofNullable(block);
  }

  /**
   * The latest fork in force.
   *
   * @param number the height of the block
   * @param timestamp its time, seconds
   * @param merged whether the block is past the terminal total difficulty; on such chains its
   *     difficulty is zero
   */
  public Fork forkAt(long number, long timestamp, boolean merged) {
    if (merged) {
      if (cancunTime != null && timestamp >= cancunTime) {
        return Fork.CANCUN;
      }
      return shanghaiTime != null && timestamp >= shanghaiTime ? Fork.SHANGHAI : Fork.PARIS;
    }
    Fork latest = Fork.FRONTIER;
    for (Fork fork : Fork.values()) {
      Optional<Long> block = forkBlock(fork);
      if (block.isPresent() && number >= block.get()) {
        latest = fork;
      }
    }
    return latest;
  }

  /**
   * The latest fork in force for a header, which counts as merged when its difficulty is zero and a
   * terminal one is set.
   */
  public Fork forkAt(long number, long timestamp, UInt256 difficulty) {
    return forkAt(
        number, timestamp, terminalTotalDifficulty != null && difficulty.isZero() && number > 0);
  }

  /** Whether transactions may carry a chain id in their signature at this height. */
  public boolean isEip155(long number) {
    return eip155Block != null && number >= eip155Block;
  }

  /** Whether the height is that of a DAO fork which moved the funds. */
  public boolean isDaoFork(long number) {
    return daoForkSupport && daoForkBlock != null && daoForkBlock == number;
  }
}
