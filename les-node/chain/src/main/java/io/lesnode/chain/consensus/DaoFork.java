package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import org.apache.tuweni.bytes.Bytes;

/**
 * The mark that the first ten headers from the DAO fork on must bear on the chain that made it, and
 * must not bear on the other. The drain itself is part of block execution.
 *
 * <p>Reference: EIP-779; geth consensus/misc/dao.go.
 */
final class DaoFork {
  private static final Bytes EXTRA_DATA = Bytes.fromHexString("0x64616f2d686172642d666f726b");
  private static final long EXTRA_RANGE_BLOCKS = 10;

  private DaoFork() {}

  static void verifyExtraData(ChainConfig config, BlockHeader header) {
    Long forkBlock = config.daoForkBlock();
    if (forkBlock == null
        || header.number() < forkBlock
        || header.number() - forkBlock >= EXTRA_RANGE_BLOCKS) {
      return;
    }
    boolean marked = header.extraData().equals(EXTRA_DATA);
    if (config.daoForkSupport() && !marked) {
      throw new InvalidBlockException("bad DAO pro-fork extra-data");
    }
    if (!config.daoForkSupport() && marked) {
      throw new InvalidBlockException("bad DAO no-fork extra-data");
    }
  }
}
