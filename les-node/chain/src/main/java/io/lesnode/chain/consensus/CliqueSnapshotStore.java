package io.lesnode.chain.consensus;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Where clique snapshots outlive the process, one per 1024 blocks. Losing them costs only time:
 * they are recomputed from headers. Implementations are thread-safe.
 */
public interface CliqueSnapshotStore {
  /** Returns what was stored under a block hash, or null. */
  @Nullable Bytes load(Bytes32 blockHash);

  /** Stores a snapshot; it may become durable later. */
  void store(Bytes32 blockHash, Bytes encoded);

  /** A store that keeps nothing. */
  CliqueSnapshotStore NONE =
      new CliqueSnapshotStore() {
        @Override
        public @Nullable Bytes load(Bytes32 blockHash) {
          return null;
        }

        @Override
        public void store(Bytes32 blockHash, Bytes encoded) {
          // nothing is kept
        }
      };
}
