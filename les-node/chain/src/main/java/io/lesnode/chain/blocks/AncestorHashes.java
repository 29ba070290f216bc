package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.HeaderSource;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The hashes of a block's ancestors by number, for BLOCKHASH, found by walking down from the parent
 * as far as asked: right on side chains too. Confined to one execution.
 */
final class AncestorHashes implements LongFunction<Bytes32> {
  private final HeaderSource headers;
  private final long parentNumber;

  /** The hash of the parent, of its parent, and so on. */
  private final List<Bytes32> hashes = new ArrayList<>();

  /** The ancestors of a block, which itself may be unfinished: only its parent hash counts. */
  AncestorHashes(BlockHeader block, HeaderSource headers) {
    this.headers = headers;
    this.parentNumber = block.number() - 1;
    hashes.add(block.parentHash());
  }

  @Override
  public Bytes32 apply(long number) {
    long depth = parentNumber - number;
    if (depth < 0 || number < 0) {
      return Bytes32.ZERO;
    }
    while (hashes.size() <= depth) {
      long deepest = parentNumber - hashes.size() + 1;
      BlockHeader header = headers.header(hashes.getLast(), deepest);
      if (header == null) {
        return Bytes32.ZERO;
      }
      hashes.add(header.parentHash());
    }
    return hashes.get((int) depth);
  }
}
