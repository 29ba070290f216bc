package io.lesnode.chain.trie;

import java.util.Arrays;

/** Paths through a trie, one nibble per byte, and their hex-prefix encoding (Yellow Paper, C). */
final class Nibbles {

  static final byte[] NONE = {};

  private Nibbles() {}

  static byte[] ofKey(byte[] key) {
    byte[] nibbles = new byte[key.length * 2];
    for (int i = 0; i < key.length; i++) {
      nibbles[2 * i] = (byte) ((key[i] >> 4) & 15);
      nibbles[2 * i + 1] = (byte) (key[i] & 15);
    }
    return nibbles;
  }

  /** The key whose path this is; the path has an even length. */
  static byte[] toKey(byte[] nibbles) {
    byte[] key = new byte[nibbles.length / 2];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (nibbles[2 * i] << 4 | nibbles[2 * i + 1]);
    }
    return key;
  }

  static byte[] from(byte[] nibbles, int start) {
    return start == 0 ? nibbles : Arrays.copyOfRange(nibbles, start, nibbles.length);
  }

  static byte[] join(byte[] first, int nibble, byte[] rest) {
    byte[] joined = Arrays.copyOf(first, first.length + 1 + rest.length);
    joined[first.length] = (byte) nibble;
    System.arraycopy(rest, 0, joined, first.length + 1, rest.length);
    return joined;
  }

  static byte[] join(byte[] first, byte[] rest) {
    byte[] joined = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, joined, first.length, rest.length);
    return joined;
  }

  /** How many nibbles of {@code path} agree with {@code key} from {@code position} on. */
  static int commonPrefix(byte[] path, byte[] key, int position) {
    int limit = Math.min(path.length, key.length - position);
    int mismatch = Arrays.mismatch(path, 0, limit, key, position, position + limit);
    return mismatch < 0 ? limit : mismatch;
  }

  static int hexPrefixSize(byte[] nibbles) {
    return nibbles.length / 2 + 1;
  }

  static void writeHexPrefix(byte[] nibbles, boolean leaf, byte[] out, int offset) {
    int flag = leaf ? 0x20 : 0;
    int next = 0;
    if ((nibbles.length & 1) != 0) {
      flag |= 0x10 | nibbles[0];
      next = 1;
    }
    out[offset] = (byte) flag;
    for (int at = offset + 1; next < nibbles.length; next += 2) {
      out[at++] = (byte) (nibbles[next] << 4 | nibbles[next + 1]);
    }
  }

  static byte[] readHexPrefix(byte[] in, int offset, int size) {
    if (size == 0) {
      throw new MalformedNodeException("empty path");
    }
    int flag = in[offset] & 0xff;
    if (flag > 0x3f || ((flag & 0x10) == 0 && (flag & 15) != 0)) {
      throw new MalformedNodeException("path flag " + Integer.toHexString(flag));
    }
    boolean odd = (flag & 0x10) != 0;
    byte[] nibbles = new byte[(size - 1) * 2 + (odd ? 1 : 0)];
    int next = 0;
    if (odd) {
      nibbles[next++] = (byte) (flag & 15);
    }
    for (int at = offset + 1; at < offset + size; at++) {
      nibbles[next++] = (byte) ((in[at] >> 4) & 15);
      nibbles[next++] = (byte) (in[at] & 15);
    }
    return nibbles;
  }
}
