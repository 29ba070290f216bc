package io.lesnode.primitives.rlp;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A strict cursor over RLP items; confined to one thread.
 *
 * <p>Refused, with an {@link RlpException}: a length that reaches beyond the enclosing item, a
 * length of length that is not minimal or has leading zeros, a single byte below 0x80 that is
 * wrapped, an integer with leading zeros, an item of the other kind than asked for, and anything
 * left unread in a list or after the outermost item. Nothing is allocated in proportion to a
 * claimed length: results are slices of the input, which must not change afterwards.
 *
 * <p>Reference: Ethereum Yellow Paper, appendix B; go-ethereum {@code rlp/decode.go} for the
 * canonical-form errors.
 */
public final class RlpReader {
  private static final int MAX_DEPTH = 64;

  private final byte[] array;
  private final int limit;
  private final int depth;
  private int position;

  /** The payload of the item at the cursor, set by {@link #header}. */
  private int payloadStart;

  private int payloadLength;
  private boolean payloadIsList;

  private RlpReader(byte[] array, int position, int limit, int depth) {
    if (depth > MAX_DEPTH) {
      throw new RlpException("lists nested deeper than " + MAX_DEPTH);
    }
    this.array = array;
    this.position = position;
    this.limit = limit;
    this.depth = depth;
  }

  /**
   * A cursor at the first of the items that {@code bytes} concatenates; the caller checks {@link
   * #isComplete}.
   */
  public static RlpReader of(Bytes bytes) {
    byte[] array = bytes.toArrayUnsafe();
    return new RlpReader(array, 0, array.length, 0);
  }

  /** Reads exactly one value from {@code bytes} with {@code read}; left-over bytes are an error. */
  public static <T> T decode(Bytes bytes, Function<RlpReader, T> read) {
    RlpReader reader = of(bytes);
    T value = read.apply(reader);
    reader.requireComplete();
    return value;
  }

  /** Whether every item has been read. */
  public boolean isComplete() {
    return position >= limit;
  }

  /** The bytes not yet read. */
  public int remainingBytes() {
    return limit - position;
  }

  /** Fails unless every item has been read. */
  public void requireComplete() {
    if (!isComplete()) {
      throw error("unexpected data after the last expected item");
    }
  }

  /** Whether the next item is a list; false at the end. */
  public boolean nextIsList() {
    return position < limit && (array[position] & 0xff) >= 0xc0;
  }

  /** The length in bytes of the payload of the next item, a string or a list. */
  public int nextPayloadBytes() {
    header();
    return payloadLength;
  }

  /** Reads a string of any length up to what is left. */
  public Bytes readBytes() {
    string();
    Bytes value = payload();
    position = payloadStart + payloadLength;
    return value;
  }

  /** Reads a string of at most {@code maxBytes}. */
  public Bytes readBytes(int maxBytes) {
    string();
    if (payloadLength > maxBytes) {
      throw error(
          "string of " + payloadLength + " bytes where at most " + maxBytes + " are allowed");
    }
    return readBytes();
  }

  /** Reads a string of exactly {@code size} bytes. */
  public Bytes readFixedBytes(int size) {
    string();
    if (payloadLength != size) {
      throw error("string of " + payloadLength + " bytes where " + size + " are expected");
    }
    return readBytes();
  }

  /** Reads a string of exactly 32 bytes. */
  public Bytes32 readBytes32() {
    return Bytes32.wrap(readFixedBytes(32));
  }

  /** Reads an unsigned 64-bit integer; values above {@code Long.MAX_VALUE} come back negative. */
  public long readUnsignedLong() {
    integer(8);
    long value = 0;
    for (int i = 0; i < payloadLength; i++) {
      value = value << 8 | (array[payloadStart + i] & 0xff);
    }
    position = payloadStart + payloadLength;
    return value;
  }

  /** Reads an integer of 0 … {@code Long.MAX_VALUE}. */
  public long readLong() {
    int at = position;
    long value = readUnsignedLong();
    if (value < 0) {
      throw new RlpException("integer above 2^63-1 at offset " + at);
    }
    return value;
  }

  /** Reads an integer of 0 … {@code Integer.MAX_VALUE}. */
  public int readInt() {
    int at = position;
    long value = readUnsignedLong();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw new RlpException("integer above 2^31-1 at offset " + at);
    }
    return (int) value;
  }

  /** Reads an integer below 2^256. */
  public UInt256 readUInt256() {
    integer(32);
    UInt256 value = UInt256.fromBytes(payload());
    position = payloadStart + payloadLength;
    return value;
  }

  /** Reads a non-negative integer of at most {@code maxBytes} bytes. */
  public BigInteger readBigInteger(int maxBytes) {
    integer(maxBytes);
    BigInteger value = new BigInteger(1, array, payloadStart, payloadLength);
    position = payloadStart + payloadLength;
    return value;
  }

  /** Reads 0 as false and 1 as true; anything else is an error. */
  public boolean readBoolean() {
    long value = readUnsignedLong();
    if (value != 0 && value != 1) {
      throw error("boolean expected");
    }
    return value == 1;
  }

  /** Reads a list with {@code read}, which must consume all of it. */
  public <T> T readList(Function<RlpReader, T> read) {
    RlpReader inner = enterList();
    T value = read.apply(inner);
    inner.requireComplete();
    return value;
  }

  /** Reads a list of equal items, refusing more than {@code maxItems}. */
  public <T> List<T> readListOf(int maxItems, Function<RlpReader, T> readItem) {
    RlpReader inner = enterList();
    List<T> items = new ArrayList<>();
    while (!inner.isComplete()) {
      if (items.size() == maxItems) {
        throw error("list of more than " + maxItems + " items");
      }
      items.add(readItem.apply(inner));
    }
    return List.copyOf(items);
  }

  /**
   * Moves past the next item, a list, and gives a cursor over its contents. The caller checks
   * completeness.
   */
  public RlpReader enterList() {
    header();
    if (!payloadIsList) {
      throw error("list expected, string found");
    }
    position = payloadStart + payloadLength;
    return new RlpReader(array, payloadStart, position, depth + 1);
  }

  /** Reads the next item, header included, as it stands; its contents are not looked at. */
  public Bytes readRaw() {
    header();
    int start = position;
    position = payloadStart + payloadLength;
    return Bytes.wrap(array, start, position - start);
  }

  /** Moves past the next item without looking at its contents. */
  public void skip() {
    header();
    position = payloadStart + payloadLength;
  }

  /** An exception for a value at the cursor that is canonical RLP but not acceptable. */
  public RlpException error(String reason) {
    return new RlpException(reason + " (offset " + position + ")");
  }

  /** The payload as a slice; Tuweni refuses an empty slice at the end of its array. */
  private Bytes payload() {
    return payloadLength == 0 ? Bytes.EMPTY : Bytes.wrap(array, payloadStart, payloadLength);
  }

  private void string() {
    header();
    if (payloadIsList) {
      throw error("string expected, list found");
    }
  }

  private void integer(int maxBytes) {
    string();
    if (payloadLength > maxBytes) {
      throw error(
          "integer of " + payloadLength + " bytes where at most " + maxBytes + " are allowed");
    }
    if (payloadLength > 0 && array[payloadStart] == 0) {
      throw error("integer with leading zero");
    }
  }

  private void header() {
    if (position >= limit) {
      throw error("item expected, end found");
    }
    int prefix = array[position] & 0xff;
    payloadIsList = prefix >= 0xc0;
    if (prefix < 0x80) {
      payloadStart = position;
      payloadLength = 1;
      return;
    }
    int base = payloadIsList ? 0xc0 : 0x80;
    int shortLength = prefix - base;
    if (shortLength <= 55) {
      payloadStart = position + 1;
      payloadLength = shortLength;
    } else {
      longHeader(shortLength - 55);
    }
    if (payloadLength > limit - payloadStart) {
      throw error("item of " + payloadLength + " bytes reaches beyond its container");
    }
    if (prefix == 0x81 && (array[payloadStart] & 0xff) < 0x80) {
      throw error("single byte below 0x80 must stand for itself");
    }
  }

  private void longHeader(int lengthBytes) {
    if (lengthBytes > limit - position - 1) {
      throw error("length reaches beyond its container");
    }
    if (array[position + 1] == 0) {
      throw error("length with leading zero");
    }
    if (lengthBytes > 4) {
      throw error("length of more than 4 bytes");
    }
    long length = 0;
    for (int i = 1; i <= lengthBytes; i++) {
      length = length << 8 | (array[position + i] & 0xff);
    }
    if (length <= 55) {
      throw error("length must be in short form");
    }
    if (length > Integer.MAX_VALUE) {
      throw error("item of more than 2^31-1 bytes");
    }
    payloadStart = position + 1 + lengthBytes;
    payloadLength = (int) length;
  }
}
