package io.lesnode.contracts.testing;

import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;

/** Times and hashes of all blocks, past and to come, without a record per block. */
final class BlockHistory {
  private final long secondsPerBlock;

  /** From which block on time runs from which second. */
  private final History<Long> clock = new History<>();

  /** Which branch of the chain the blocks from there on belong to. */
  private final History<Integer> branch = new History<>();

  private final History<Bytes32> fixed = new History<>();
  private int branches;

  BlockHistory(long genesisSeconds, long secondsPerBlock) {
    this.secondsPerBlock = secondsPerBlock;
    clock.put(0, genesisSeconds);
    branch.put(0, 0);
  }

  long timestamp(long block) {
    return Objects.requireNonNull(clock.at(block)) + (block - clock.since(block)) * secondsPerBlock;
  }

  void warp(long block, long seconds) {
    clock.put(block, timestamp(block) + seconds);
  }

  Bytes32 hash(long block) {
    Bytes32 hash = fixed.at(block);
    if (hash != null && fixed.since(block) == block) {
      return hash;
    }
    return ContractChain.hash("block " + block + " of branch " + branch.at(block));
  }

  void fixHash(long block, Bytes32 hash) {
    fixed.put(block, hash);
  }

  void cutAfter(long block) {
    clock.cutAfter(block);
    branch.cutAfter(block);
    fixed.cutAfter(block);
    branches++;
    branch.put(block + 1, branches);
  }
}
