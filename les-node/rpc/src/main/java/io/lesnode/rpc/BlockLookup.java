package io.lesnode.rpc;

import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import java.util.Optional;

/**
 * Finds the block that a {@link BlockSelector} means, refusing in geth's words
 * (eth/api_backend.go).
 */
final class BlockLookup {
  private final EthBackend backend;

  BlockLookup(EthBackend backend) {
    this.backend = backend;
  }

  /** The header, if there is one; unknown hashes are errors, as in geth. */
  Optional<BlockHeader> header(BlockSelector selector) {
    return switch (selector) {
      case BlockSelector.Tag tag -> byTag(tag);
      case BlockSelector.Height(long number) -> backend.header(number);
      case BlockSelector.Hash(var hash, boolean requireCanonical) -> {
        BlockHeader header =
            backend.header(hash).orElseThrow(() -> new RpcException("header for hash not found"));
        if (requireCanonical && backend.header(header.number()).filter(header::equals).isEmpty()) {
          throw new RpcException("hash is not currently canonical");
        }
        yield Optional.of(header);
      }
    };
  }

  private Optional<BlockHeader> byTag(BlockSelector.Tag tag) {
    return switch (tag) {
      case EARLIEST -> backend.header(0);
      case LATEST -> Optional.of(backend.head());
      case PENDING -> Optional.of(backend.pendingHeader());
      // before the merge no block is final or safe
      case FINALIZED -> throw new RpcException("finalized block not found");
      case SAFE -> throw new RpcException("safe block not found");
    };
  }

  /** The header, which must be there. */
  BlockHeader existing(BlockSelector selector) {
    return header(selector).orElseThrow(() -> new RpcException("header not found"));
  }

  /** The header whose state a call runs on: the pending block's state is its parent's. */
  BlockHeader stateOwner(BlockSelector selector) {
    return selector == BlockSelector.Tag.PENDING ? backend.head() : existing(selector);
  }

  /** The block with its body, if there is one. */
  Optional<Block> block(BlockSelector selector) {
    if (selector == BlockSelector.Tag.PENDING) {
      BlockHeader pending = backend.pendingHeader();
      return pending.equals(backend.head())
          ? backend.block(pending)
          : Optional.of(new Block(pending, BlockBody.EMPTY));
    }
    return header(selector).flatMap(backend::block);
  }
}
