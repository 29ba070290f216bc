package io.lesnode.chain.blocks;

import io.lesnode.primitives.BlockHeader;

/**
 * A move of the head, after it is durable.
 *
 * @param commonAncestor the last block of both chains: the old head itself unless blocks were
 *     dropped. The blocks dropped are those above it on the way to {@code oldHead}, the blocks
 *     added those on the way to {@code newHead}
 */
public record HeadChange(HeadBlock oldHead, HeadBlock newHead, BlockHeader commonAncestor) {
  /** Returns whether blocks were dropped. */
  public boolean isReorg() {
    return !commonAncestor.hash().equals(oldHead.hash());
  }

  /** Returns how many blocks of the old chain are gone: geth's reorg depth in LES announcements. */
  public long reorgDepth() {
    return oldHead.number() - commonAncestor.number();
  }
}
