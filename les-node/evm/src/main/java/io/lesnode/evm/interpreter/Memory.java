package io.lesnode.evm.interpreter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The byte-addressed memory of one frame. Its size is what gas has been paid for, in whole words;
 * the array behind it grows ahead of that.
 */
final class Memory {
  /** Longs in arrays of bytes, big-endian. */
  static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] NOTHING = new byte[0];

  /**
   * The largest size, so that sizes stay within an array's index.
   *
   * <p>Differs from geth: it prices memory up to 2^37 bytes, and has to allocate what was paid for.
   * This much costs 2^43 gas, a hundred thousand times what any block allows.
   */
  private static final long MAX_SIZE_BYTES = Integer.MAX_VALUE - 63;

  private byte[] bytes = NOTHING;
  private int sizeBytes;
  private long paid;

  int sizeBytes() {
    return sizeBytes;
  }

  /** The array behind; valid until the memory grows. */
  byte[] array() {
    return bytes;
  }

  /**
   * The price of growing to hold {@code end} bytes, 0 if it does already, or {@link Long#MAX_VALUE}
   * where that cannot be paid.
   */
  long expansionCost(long end) {
    if (end <= sizeBytes) {
      return 0;
    }
    if (end > MAX_SIZE_BYTES) {
      return Long.MAX_VALUE;
    }
    return totalCost(end) - paid;
  }

  /** Grows to hold {@code end} bytes, which have been paid for. */
  void expand(long end) {
    if (end <= sizeBytes) {
      return;
    }
    paid = totalCost(end);
    sizeBytes = (int) ((end + 31) & ~31);
    if (sizeBytes > bytes.length) {
      long doubled = Math.min(Math.max(2L * bytes.length, 256), MAX_SIZE_BYTES);
      bytes = Arrays.copyOf(bytes, (int) Math.max(sizeBytes, doubled));
    }
  }

  private static long totalCost(long end) {
    long words = (end + 31) >>> 5;
    return 3 * words + words * words / 512;
  }

  /** Loads the 32 bytes at {@code offset} into the word at {@code to}. */
  void load(int offset, long[] s, int to) {
    s[to + 3] = (long) LONGS.get(bytes, offset);
    s[to + 2] = (long) LONGS.get(bytes, offset + 8);
    s[to + 1] = (long) LONGS.get(bytes, offset + 16);
    s[to] = (long) LONGS.get(bytes, offset + 24);
  }

  /** Stores the word at {@code from} to the 32 bytes at {@code offset}. */
  void store(int offset, long[] s, int from) {
    LONGS.set(bytes, offset, s[from + 3]);
    LONGS.set(bytes, offset + 8, s[from + 2]);
    LONGS.set(bytes, offset + 16, s[from + 1]);
    LONGS.set(bytes, offset + 24, s[from]);
  }

  void storeByte(int offset, byte value) {
    bytes[offset] = value;
  }

  /** Copies within the memory; the ranges may overlap. */
  void move(int to, int from, int length) {
    System.arraycopy(bytes, from, bytes, to, length);
  }

  /**
   * Writes {@code length} bytes at {@code to}: those of {@code source} from {@code from} up to
   * {@code end}, then zeros.
   */
  void write(int to, byte[] source, int from, int end, int length) {
    int available = Math.max(0, Math.min(length, end - from));
    if (available > 0) {
      System.arraycopy(source, from, bytes, to, available);
    }
    Arrays.fill(bytes, to + available, to + length, (byte) 0);
  }

  /** A copy of a range. */
  byte[] read(int offset, int length) {
    return length == 0 ? NOTHING : Arrays.copyOfRange(bytes, offset, offset + length);
  }
}
