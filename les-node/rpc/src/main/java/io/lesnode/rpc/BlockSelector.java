package io.lesnode.rpc;

import org.apache.tuweni.bytes.Bytes32;

/** Which block a caller means: geth's rpc.BlockNumberOrHash. */
sealed interface BlockSelector {
  /** A block by name. */
  enum Tag implements BlockSelector {
    EARLIEST,
    LATEST,
    PENDING,
    SAFE,
    FINALIZED
  }

  /** A canonical block by height, 0 … 2^63-1. */
  record Height(long number) implements BlockSelector {}

  /** A block by hash; {@code requireCanonical} refuses side blocks. */
  record Hash(Bytes32 hash, boolean requireCanonical) implements BlockSelector {}
}
