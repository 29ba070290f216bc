package io.lesnode.chain.blocks;

import io.lesnode.primitives.BlockHeader;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The last block of the canonical chain.
 *
 * @param totalDifficulty the sum of the difficulties up to and including this block
 */
public record HeadBlock(BlockHeader header, UInt256 totalDifficulty) {
  /** Returns the height. */
  public long number() {
    return header.number();
  }

  /** Returns the hash of the block. */
  public Bytes32 hash() {
    return header.hash();
  }
}
