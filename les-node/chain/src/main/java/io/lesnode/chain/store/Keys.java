package io.lesnode.chain.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.tuweni.bytes.Bytes32;

/** The keys of the columns; numbers are big-endian, so that they sort. */
final class Keys {

  static final byte[] GENESIS = name("genesis");
  static final byte[] HEAD = name("head");
  static final byte[] OLDEST_STATE = name("oldestState");

  private Keys() {}

  private static byte[] name(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static byte[] block(long number, Bytes32 hash) {
    return ByteBuffer.allocate(Long.BYTES + Bytes32.SIZE)
        .putLong(number)
        .put(hash.toArrayUnsafe())
        .array();
  }

  static byte[] accountNode(Bytes32 nodeHash) {
    return nodeHash.toArrayUnsafe();
  }

  static byte[] storageNode(Bytes32 accountHash, Bytes32 nodeHash) {
    byte[] key = Arrays.copyOf(accountHash.toArrayUnsafe(), 2 * Bytes32.SIZE);
    System.arraycopy(nodeHash.toArrayUnsafe(), 0, key, Bytes32.SIZE, Bytes32.SIZE);
    return key;
  }
}
