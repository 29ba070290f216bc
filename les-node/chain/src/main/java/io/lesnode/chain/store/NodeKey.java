package io.lesnode.chain.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key of the node column; ends in a hash, from which its hash code is taken. */
final class NodeKey {

  private final byte[] bytes;

  NodeKey(byte[] bytes) {
    if (bytes.length < Integer.BYTES) {
      throw new IllegalArgumentException("node key of " + bytes.length + " bytes");
    }
    this.bytes = bytes;
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    int end = bytes.length;
    return bytes[end - 4] << 24
        | (bytes[end - 3] & 0xff) << 16
        | (bytes[end - 2] & 0xff) << 8
        | (bytes[end - 1] & 0xff);
  }
}
