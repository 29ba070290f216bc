package io.lesnode.flowcontrol.pool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The layout of stored balances, which is geth's: a key is the version as two bytes, a prefix and
 * the owner; a value is the RLP list of base and exponent.
 *
 * <p>Reference: geth v1.10.26, les/vflux/server/clientdb.go.
 */
final class BalanceRecords {

  /** The version of this layout. */
  static final int VERSION = 2;

  private static final byte[] POSITIVE = "pb:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NEGATIVE = "nb:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXPIRATION = "expiration:".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION_BYTES = 2;

  /** Takes what the records hold. */
  interface Reader {
    void positive(ClientId id, ExpiredValue value);

    void negative(String freeClientId, ExpiredValue value);

    void expiration(long positiveLogOffset, long negativeLogOffset);
  }

  private BalanceRecords() {}

  static byte[] positiveKey(ClientId id) {
    return key(POSITIVE, id.bytes());
  }

  static byte[] negativeKey(String freeClientId) {
    return key(NEGATIVE, freeClientId.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] expirationKey() {
    return key(EXPIRATION, new byte[0]);
  }

  static byte[] expirationValue(long positiveLogOffset, long negativeLogOffset) {
    return ByteBuffer.allocate(16).putLong(positiveLogOffset).putLong(negativeLogOffset).array();
  }

  static byte[] value(ExpiredValue value) {
    ByteBuffer buffer = ByteBuffer.allocate(1 + 2 * 9);
    buffer.position(1);
    putInteger(buffer, value.base());
    putInteger(buffer, value.exponent());
    buffer.put(0, (byte) (0xc0 + buffer.position() - 1));
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  /** Reads a record, or says what is wrong with it. */
  static void read(byte[] key, byte[] value, Reader reader) {
    if (key.length < VERSION_BYTES) {
      throw corrupt(key, "its key is too short");
    }
    int version = ((key[0] & 0xff) << 8) | (key[1] & 0xff);
    if (version != VERSION) {
      throw new BalanceStoreException(
          "Stored balance "
              + name(key)
              + " has format version "
              + version
              + (version > VERSION
                  ? ", written by a newer program; this one reads version "
                  : ", written by an old program; this one reads version ")
              + VERSION
              + ". Start the version that wrote it, or move the balance store away.");
    }
    if (hasPrefix(key, POSITIVE)) {
      if (key.length != VERSION_BYTES + POSITIVE.length + ClientId.SIZE_BYTES) {
        throw corrupt(key, "its node id does not have 32 bytes");
      }
      reader.positive(ClientId.of(owner(key, POSITIVE)), decode(key, value));
    } else if (hasPrefix(key, NEGATIVE)) {
      String owner = new String(owner(key, NEGATIVE), StandardCharsets.UTF_8);
      reader.negative(owner, decode(key, value));
    } else if (Arrays.equals(key, expirationKey())) {
      if (value.length != 16) {
        throw corrupt(key, "its value does not have 16 bytes");
      }
      ByteBuffer offsets = ByteBuffer.wrap(value);
      reader.expiration(offsets.getLong(), offsets.getLong());
    } else {
      throw corrupt(key, "no such kind of record is known");
    }
  }

  private static ExpiredValue decode(byte[] key, byte[] value) {
    if (value.length < 3 || (value[0] & 0xff) != 0xc0 + value.length - 1 || value.length > 19) {
      throw corrupt(key, "its value is not a list of two integers");
    }
    ByteBuffer items = ByteBuffer.wrap(value, 1, value.length - 1);
    long base = integer(key, items);
    long exponent = integer(key, items);
    if (items.hasRemaining()) {
      throw corrupt(key, "its value has more than two integers");
    }
    return new ExpiredValue(base, exponent);
  }

  private static long integer(byte[] key, ByteBuffer items) {
    int length = items.hasRemaining() ? items.get() & 0xff : 0xff;
    if (length > 0 && length < 0x80) {
      return length;
    }
    length -= 0x80;
    if (length < 0 || length > 8 || length > items.remaining()) {
      throw corrupt(key, "its value does not hold two 64-bit integers");
    }
    long result = 0;
    for (int i = 0; i < length; i++) {
      result = (result << 8) | (items.get() & 0xff);
    }
    boolean shortest =
        length == 0 || (result >>> (8 * (length - 1)) != 0 && (length > 1 || result >= 0x80));
    if (!shortest) {
      throw corrupt(key, "an integer in its value is not in its shortest form");
    }
    return result;
  }

  private static void putInteger(ByteBuffer buffer, long value) {
    if (value > 0 && value < 0x80) {
      buffer.put((byte) value);
      return;
    }
    int length = (71 - Long.numberOfLeadingZeros(value)) / 8;
    buffer.put((byte) (0x80 + length));
    for (int i = length - 1; i >= 0; i--) {
      buffer.put((byte) (value >>> (8 * i)));
    }
  }

  private static byte[] key(byte[] prefix, byte[] owner) {
    return ByteBuffer.allocate(VERSION_BYTES + prefix.length + owner.length)
        .putShort((short) VERSION)
        .put(prefix)
        .put(owner)
        .array();
  }

  private static boolean hasPrefix(byte[] key, byte[] prefix) {
    int end = VERSION_BYTES + prefix.length;
    return key.length >= end && Arrays.equals(key, VERSION_BYTES, end, prefix, 0, prefix.length);
  }

  private static byte[] owner(byte[] key, byte[] prefix) {
    return Arrays.copyOfRange(key, VERSION_BYTES + prefix.length, key.length);
  }

  private static BalanceStoreException corrupt(byte[] key, String what) {
    return new BalanceStoreException(
        "Stored balance "
            + name(key)
            + " is corrupt: "
            + what
            + ". Restore the balance store from a backup, or move it away to start without balances.");
  }

  /** The key as people can find it: hexadecimal, and its text where it has one. */
  private static String name(byte[] key) {
    StringBuilder text = new StringBuilder();
    for (int i = VERSION_BYTES; i < Math.min(key.length, 64); i++) {
      if (key[i] < 0x20 || key[i] > 0x7e) {
        break;
      }
      text.append((char) key[i]);
    }
    String hex = HexFormat.of().formatHex(key, 0, Math.min(key.length, 64));
    return text.isEmpty() ? hex : hex + " (" + text + ")";
  }
}
