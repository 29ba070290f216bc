package io.lesnode.chain.blocks;

import io.lesnode.chain.consensus.CliqueSnapshotStore;
import io.lesnode.chain.store.ChainBatch;
import io.lesnode.chain.store.ChainReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Clique snapshots in the index column. Any thread may leave one here; the chain writer takes them
 * into its next batch.
 */
final class StoredSnapshots implements CliqueSnapshotStore {
  private static final Bytes KEY_PREFIX = Bytes.wrap("clique-".getBytes(StandardCharsets.US_ASCII));

  /** More than this many are dropped: they can be computed again. */
  private static final int MAX_WAITING = 64;

  private final ChainReader store;
  private final Map<Bytes32, Bytes> waiting = new ConcurrentHashMap<>();

  StoredSnapshots(ChainReader store) {
    this.store = store;
  }

  @Override
  public @Nullable Bytes load(Bytes32 blockHash) {
    Bytes fresh = waiting.get(blockHash);
    return fresh == null ? store.index(key(blockHash)).orElse(null) : fresh;
  }

  @Override
  public void store(Bytes32 blockHash, Bytes encoded) {
    if (waiting.size() < MAX_WAITING) {
      waiting.put(blockHash, encoded);
    }
  }

  /** Moves what waits into a batch; on the chain writer. */
  void flushTo(ChainBatch batch) {
    for (Bytes32 blockHash : List.copyOf(waiting.keySet())) {
      Bytes encoded = waiting.remove(blockHash);
      if (encoded != null) {
        batch.putIndex(key(blockHash), encoded);
      }
    }
  }

  private static Bytes key(Bytes32 blockHash) {
    return Bytes.concatenate(KEY_PREFIX, blockHash);
  }
}
