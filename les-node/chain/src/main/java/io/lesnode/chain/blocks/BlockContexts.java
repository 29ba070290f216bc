package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.HeaderSource;
import io.lesnode.evm.BlobGas;
import io.lesnode.evm.BlockContext;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.primitives.config.Fork;

/** What code sees of the block it runs in, made from the block's header. Stateless. */
public final class BlockContexts {
  private BlockContexts() {}

  /**
   * Returns the context of a block.
   *
   * @param author who gets the fees (see {@link io.lesnode.chain.consensus.ConsensusRules#author})
   * @param ancestors where BLOCKHASH finds older headers; unknown ones read as zero
   */
  public static BlockContext of(
      ChainConfig config, BlockHeader header, Address author, HeaderSource ancestors) {
    Fork fork = config.forkAt(header.number(), header.timestamp(), header.difficulty());
    Long excessBlobGas = header.excessBlobGas();
    return new BlockContext(
        fork,
        header.number(),
        header.timestamp(),
        author,
        header.gasLimit(),
        header.difficulty(),
        fork.isAtLeast(Fork.PARIS) ? header.mixHash() : null,
        header.baseFeePerGas(),
        excessBlobGas == null ? null : BlobGas.baseFee(excessBlobGas),
        new AncestorHashes(header, ancestors));
  }
}
