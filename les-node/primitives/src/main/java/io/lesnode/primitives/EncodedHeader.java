package io.lesnode.primitives;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Reads single fields of an encoded block header where they stand, for one who serves stored
 * headers: {@link BlockHeader#decode} reads all of it and hashes it, which costs a hundred times as
 * much. All fields up to the bloom filter have fixed sizes (Yellow Paper, 4.4.3). Stateless.
 *
 * <p>Meant for headers that were verified before they were stored. What does not look like one is
 * refused with an {@link IllegalArgumentException}.
 */
public final class EncodedHeader {

  private static final int SHORT_LIST = 0xc0;
  private static final int LONG_LIST = 0xf7;
  private static final int STRING = 0x80;
  private static final int HASH_ITEM = STRING + Bytes32.SIZE;
  private static final int HASH_ITEM_BYTES = 1 + Bytes32.SIZE;
  private static final int ADDRESS_ITEM_BYTES = 1 + 20;

  private static final int PARENT_HASH = 0;
  private static final int STATE_ROOT = 2 * HASH_ITEM_BYTES + ADDRESS_ITEM_BYTES;
  private static final int RECEIPTS_ROOT = STATE_ROOT + 2 * HASH_ITEM_BYTES;

  /** Behind the bloom filter, whose header has three bytes. */
  private static final int DIFFICULTY = RECEIPTS_ROOT + HASH_ITEM_BYTES + 3 + 256;

  private EncodedHeader() {}

  /** The hash of the parent header. */
  public static Bytes32 parentHash(Bytes encoded) {
    return hash(encoded, PARENT_HASH);
  }

  /** The state root after the block. */
  public static Bytes32 stateRoot(Bytes encoded) {
    return hash(encoded, STATE_ROOT);
  }

  /** The root of the ordered trie of receipts. */
  public static Bytes32 receiptsRoot(Bytes encoded) {
    return hash(encoded, RECEIPTS_ROOT);
  }

  /** The height. */
  public static long number(Bytes encoded) {
    int difficulty = fields(encoded) + DIFFICULTY;
    int at = difficulty + itemBytes(encoded, difficulty);
    int size = itemBytes(encoded, at);
    if (size == 1) {
      int only = encoded.get(at) & 0xff;
      return only == STRING ? 0 : only;
    }
    if (size > 1 + Long.BYTES || at + size > encoded.size()) {
      throw malformed();
    }
    return encoded.slice(at + 1, size - 1).toLong();
  }

  private static Bytes32 hash(Bytes encoded, int offset) {
    int at = fields(encoded) + offset;
    if (at + HASH_ITEM_BYTES > encoded.size() || (encoded.get(at) & 0xff) != HASH_ITEM) {
      throw malformed();
    }
    return Bytes32.wrap(encoded.slice(at + 1, Bytes32.SIZE).toArray());
  }

  /** Where the first field begins. */
  private static int fields(Bytes encoded) {
    int first = encoded.isEmpty() ? 0 : encoded.get(0) & 0xff;
    if (first < SHORT_LIST) {
      throw malformed();
    }
    return first <= LONG_LIST ? 1 : 1 + first - LONG_LIST;
  }

  /** The size of an integer with its header. */
  private static int itemBytes(Bytes encoded, int at) {
    if (at >= encoded.size() || (encoded.get(at) & 0xff) >= STRING + 56) {
      throw malformed();
    }
    int first = encoded.get(at) & 0xff;
    return first <= STRING ? 1 : 1 + first - STRING;
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException("these bytes are not an encoded header");
  }
}
