package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Where rules find headers that were accepted before. Implementations are thread-safe. */
@FunctionalInterface
public interface HeaderSource {
  /** Returns the header of that hash and number, or null where it is not stored. */
  @Nullable BlockHeader header(Bytes32 hash, long number);
}
