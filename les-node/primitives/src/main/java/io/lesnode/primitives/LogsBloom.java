package io.lesnode.primitives;

import io.lesnode.primitives.crypto.Keccak;
import java.util.Collection;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The 2048-bit bloom filter over the addresses and topics of logs.
 *
 * <p>An item sets three bits, each the low eleven bits of one of the first three 16-bit words of
 * its Keccak-256 hash; bit 0 is the lowest bit of the last byte (Yellow Paper, 4.3.1).
 *
 * @param bytes exactly 256 bytes
 */
public record LogsBloom(Bytes bytes) {
  /** The length of the filter in bytes. */
  public static final int SIZE_BYTES = 256;

  /** The filter that contains nothing. */
  public static final LogsBloom EMPTY = new LogsBloom(Bytes.wrap(new byte[SIZE_BYTES]));

  /** Checks the length. */
  public LogsBloom {
    if (bytes.size() != SIZE_BYTES) {
      throw new IllegalArgumentException("a bloom has 256 bytes, these are " + bytes.size());
    }
  }

  /** The filter of all addresses and topics of the logs. */
  public static LogsBloom of(Collection<Log> logs) {
    if (logs.isEmpty()) {
      return EMPTY;
    }
    byte[] bits = new byte[SIZE_BYTES];
    for (Log log : logs) {
      add(bits, log.address().bytes());
      for (Bytes32 topic : log.topics()) {
        add(bits, topic);
      }
    }
    return new LogsBloom(Bytes.wrap(bits));
  }

  /** The union of filters. */
  public static LogsBloom union(Collection<LogsBloom> blooms) {
    byte[] bits = new byte[SIZE_BYTES];
    for (LogsBloom bloom : blooms) {
      byte[] other = bloom.bytes.toArrayUnsafe();
      for (int i = 0; i < SIZE_BYTES; i++) {
        bits[i] |= other[i];
      }
    }
    return new LogsBloom(Bytes.wrap(bits));
  }

  /** Whether the item may be in the filter: false is certain, true is not. */
  public boolean mayContain(Bytes item) {
    Bytes32 hash = Keccak.keccak256(item);
    for (int i = 0; i < 6; i += 2) {
      int bit = bitIndex(hash, i);
      if ((bytes.get(SIZE_BYTES - 1 - bit / 8) & 1 << bit % 8) == 0) {
        return false;
      }
    }
    return true;
  }

  private static void add(byte[] bits, Bytes item) {
    Bytes32 hash = Keccak.keccak256(item);
    for (int i = 0; i < 6; i += 2) {
      int bit = bitIndex(hash, i);
      bits[SIZE_BYTES - 1 - bit / 8] |= (byte) (1 << bit % 8);
    }
  }

  private static int bitIndex(Bytes32 hash, int at) {
    return ((hash.get(at) & 0xff) << 8 | (hash.get(at + 1) & 0xff)) & 0x7ff;
  }
}
