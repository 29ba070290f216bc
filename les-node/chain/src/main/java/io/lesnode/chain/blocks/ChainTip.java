package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.AncestorSource;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ChainConfig;
import java.util.List;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * The moving end of a chain: its head, its changes, and blocks by hash, canonical or not. Every
 * method may be called on any thread, reads disk at most, and never waits for the chain writer.
 * Null is "not here".
 */
public interface ChainTip extends AncestorSource {
  /** Returns the fork rules. */
  ChainConfig config();

  /** Returns the current head. */
  HeadBlock head();

  @Override
  @Nullable BlockHeader header(Bytes32 hash, long number);

  /** Returns the transactions, ommers and withdrawals of a block. */
  @Nullable BlockBody body(Bytes32 hash, long number);

  @Override
  default @Nullable List<BlockHeader> ommers(Bytes32 hash, long number) {
    BlockBody body = body(hash, number);
    return body == null ? null : body.ommers();
  }

  /** Calls the listener from the next head on, until the returned handle is closed. */
  Subscription onHeadChange(HeadListener listener);
}
