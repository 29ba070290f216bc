package io.lesnode.chain.store;

import io.lesnode.primitives.EncodedHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Reads neighbouring canonical headers from the last to the first: the canonical chain is asked for
 * the last one only, and every header names the one before by its hash. What is not kept ready is
 * read by one walk over the headers column, in which the neighbours stand one after the other, with
 * headers beside the chain among them. Confined to the caller.
 */
final class HeaderRun {

  private final ChainReader reader;
  private final long first;

  /** The header of {@code first + i}; filled from the end. */
  private @Nullable Bytes[] run = {};

  private int missing;
  private Bytes32 wanted = Bytes32.ZERO;

  HeaderRun(ChainReader reader, long first) {
    this.reader = reader;
    this.first = first;
  }

  List<Bytes> read(int count) {
    if (count <= 0 || first > Long.MAX_VALUE - count) {
      return List.of();
    }
    int size = count;
    Optional<Bytes32> last = reader.canonicalHash(first + size - 1);
    if (last.isEmpty()) {
      long head = reader.head().map(ChainHead::number).orElse(-1L);
      if (head < first || head - first >= size) {
        return List.of();
      }
      size = (int) (head - first) + 1;
      last = reader.canonicalHash(head);
    }
    if (last.isEmpty()) {
      return List.of();
    }
    run = new @Nullable Bytes[size];
    missing = size;
    wanted = last.get();
    takeKept();
    if (missing > 0) {
      takeStored();
    }
    if (missing > 0) {
      throw new StoreException.Corrupt(
          reader.database.directory(),
          "the header of block " + (first + missing - 1) + ", " + wanted.toHexString(),
          new IllegalStateException("it is not here, but its child is"));
    }
    return Arrays.asList(run);
  }

  private void takeKept() {
    while (missing > 0) {
      Bytes kept = reader.keptHeader(wanted);
      if (kept == null) {
        return;
      }
      take(kept);
    }
  }

  private void take(Bytes header) {
    run[--missing] = header;
    wanted = EncodedHeader.parentHash(header);
  }

  /** Reads all headers of the heights that are missing, then picks the ones that are wanted. */
  private void takeStored() {
    byte[] end = Keys.number(first + missing);
    StoredHeaders stored = new StoredHeaders(missing);
    reader.forEachHeaderFrom(
        first,
        (key, value) -> {
          if (Arrays.compareUnsigned(key, 0, Long.BYTES, end, 0, Long.BYTES) >= 0) {
            return false;
          }
          stored.add(key, value);
          return true;
        });
    for (int i = stored.count - 1; i >= 0 && missing > 0; i--) {
      byte[] key = stored.keys[i];
      byte[] hash = wanted.toArrayUnsafe();
      if (Arrays.equals(key, Long.BYTES, key.length, hash, 0, Bytes32.SIZE)) {
        Bytes32 found = wanted;
        Bytes header = Bytes.wrap(stored.values[i]);
        take(header);
        reader.keepHeader(found, first + missing, header);
      }
    }
  }

  private static final class StoredHeaders {
    byte[][] keys;
    byte[][] values;
    int count;

    StoredHeaders(int expected) {
      keys = new byte[expected][];
      values = new byte[expected][];
    }

    void add(byte[] key, byte[] value) {
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, 2 * count);
        values = Arrays.copyOf(values, 2 * count);
      }
      keys[count] = key;
      values[count++] = value;
    }
  }
}
