package io.lesnode.rpc;

import io.lesnode.primitives.BlockHeader;
import java.util.List;

/**
 * How the canonical chain changed.
 *
 * @param retracted blocks that are no longer part of it, newest first
 * @param adopted blocks that are part of it now, oldest first; the newest ones of a long sync
 * @param leftOut how many older adopted blocks are not listed
 */
record ChainMove(List<BlockHeader> retracted, List<BlockHeader> adopted, long leftOut) {
  ChainMove {
    retracted = List.copyOf(retracted);
    adopted = List.copyOf(adopted);
  }

  boolean isEmpty() {
    return retracted.isEmpty() && adopted.isEmpty();
  }
}
