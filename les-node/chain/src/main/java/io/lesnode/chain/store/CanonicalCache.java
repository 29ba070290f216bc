package io.lesnode.chain.store;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Which block is canonical at a height, as it was read in a snapshot; right for that moment only,
 * because any write may change it. Each height has exactly one place. Thread-safe.
 */
final class CanonicalCache {

  private record Entry(long number, Bytes32 hash, long moment) {}

  private final AtomicReferenceArray<@Nullable Entry> table;
  private final int mask;

  /**
   * An empty cache.
   *
   * @param places a power of two; one takes about 130 bytes when it is in use
   */
  CanonicalCache(int places) {
    if (Integer.bitCount(places) != 1) {
      throw new IllegalArgumentException(places + " places are not a power of two");
    }
    this.table = new AtomicReferenceArray<>(places);
    this.mask = places - 1;
  }

  @Nullable Bytes32 get(long number, long moment) {
    Entry entry = table.getAcquire((int) number & mask);
    return entry != null && entry.number == number && entry.moment == moment ? entry.hash : null;
  }

  void put(long number, Bytes32 hash, long moment) {
    table.setRelease((int) number & mask, new Entry(number, hash, moment));
  }
}
