package io.lesnode.chain.store;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Recent trie nodes by hash. Hashes are evenly spread, so a table in which each node has exactly
 * one place and pushes out what was there needs neither locks nor an order of use. Thread-safe. A
 * node stays right for ever, even after the store dropped it: it is found by what it is.
 */
final class NodeCache {

  /** A full branch has 532 bytes. */
  private static final int MAX_NODE_BYTES = 600;

  private record Entry(Bytes32 hash, Bytes encoded) {}

  private final AtomicReferenceArray<@Nullable Entry> table;
  private final int mask;

  NodeCache(int entries) {
    int size = Math.max(2, Integer.highestOneBit(entries));
    this.table = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
  }

  @Nullable Bytes get(Bytes32 hash) {
    Entry entry = table.getAcquire(place(hash));
    return entry != null && Arrays.equals(entry.hash.toArrayUnsafe(), hash.toArrayUnsafe())
        ? entry.encoded
        : null;
  }

  /** Keeps a node, unless it is larger than the bound that memory is counted with. */
  void put(Bytes32 hash, Bytes encoded) {
    if (encoded.size() > MAX_NODE_BYTES) {
      return; // the values of a bloom trie
    }
    table.setRelease(place(hash), new Entry(hash, encoded));
  }

  private int place(Bytes32 hash) {
    return hash.getInt(0) & mask;
  }
}
