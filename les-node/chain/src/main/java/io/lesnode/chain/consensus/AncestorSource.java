package io.lesnode.chain.consensus;

import io.lesnode.primitives.BlockHeader;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Headers and the ommers of their blocks, for the rules on ommers. */
public interface AncestorSource extends HeaderSource {
  /** Returns the ommers of a stored block, or null where its body is not stored. */
  @Nullable List<BlockHeader> ommers(Bytes32 hash, long number);
}
