package io.lesnode.les.wire;

import org.apache.tuweni.bytes.Bytes32;

/** The block a header request starts at: by hash or by number. */
public sealed interface HashOrNumber {

  /** A block hash. The all-zero hash means block number zero, as in geth. */
  record OfHash(Bytes32 hash) implements HashOrNumber {}

  /** A block number, unsigned. */
  record OfNumber(long number) implements HashOrNumber {}

  /** By hash. */
  static HashOrNumber of(Bytes32 hash) {
    return new OfHash(hash);
  }

  /** By number. */
  static HashOrNumber of(long number) {
    return new OfNumber(number);
  }
}
