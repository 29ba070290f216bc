package io.lesnode.chain.store;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Encoded parts of recent blocks (headers, bodies or receipts) by block hash, so that they are
 * right for ever. A view of an earlier moment does not see what was read in a later one. A table in
 * which each hash has exactly one place, as in {@link NodeCache}; sizes differ, so what is held is
 * counted, and whoever exceeds the bound empties the next places in turn. Thread-safe.
 */
final class BlockCache {

  /** What an entry takes besides the value: four objects and the place. */
  private static final int ENTRY_BYTES = 160;

  /** A value that would push out more than this part of all others is not kept. */
  private static final int LARGEST_PART = 64;

  /**
   * A value.
   *
   * @param since from which moment on every view has it ({@link View#moment})
   */
  record Entry(Bytes32 hash, long number, Bytes value, long since) {
    private long sizeBytes() {
      return (long) ENTRY_BYTES + value.size();
    }
  }

  private final AtomicReferenceArray<@Nullable Entry> table;
  private final int mask;
  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private final AtomicInteger hand = new AtomicInteger();

  /**
   * An empty cache.
   *
   * @param places a power of two, about twice the number of values that are expected to fit
   */
  BlockCache(int places, long maxBytes) {
    if (Integer.bitCount(places) != 1) {
      throw new IllegalArgumentException(places + " places are not a power of two");
    }
    this.table = new AtomicReferenceArray<>(places);
    this.mask = places - 1;
    this.maxBytes = maxBytes;
  }

  /** The value, if it is here and a view of this moment has it. */
  @Nullable Entry get(Bytes32 hash, long moment) {
    Entry entry = table.getAcquire(place(hash));
    return entry != null
            && entry.since <= moment
            && Arrays.equals(entry.hash.toArrayUnsafe(), hash.toArrayUnsafe())
        ? entry
        : null;
  }

  void put(Bytes32 hash, long number, Bytes value, long since) {
    Entry entry = new Entry(hash, number, value, since);
    if (entry.sizeBytes() > maxBytes / LARGEST_PART) {
      return;
    }
    long held = replace(place(hash), entry);
    while (held > maxBytes) {
      held = replace(hand.getAndIncrement() & mask, null);
    }
  }

  /** How much is held now; never more than the bound for longer than a {@link #put}. */
  long heldBytes() {
    return heldBytes.get();
  }

  private long replace(int place, @Nullable Entry with) {
    Entry before = table.getAndSet(place, with);
    long change = (with == null ? 0 : with.sizeBytes()) - (before == null ? 0 : before.sizeBytes());
    return heldBytes.addAndGet(change);
  }

  private int place(Bytes32 hash) {
    return hash.getInt(0) & mask;
  }
}
