package io.lesnode.chain.index;

import java.util.Arrays;

/**
 * The sparse form of bit vectors in a bloom trie: which bytes are not zero, compressed likewise,
 * then those bytes (geth common/bitutil/compress.go). Stateless.
 */
public final class BitCompression {

  private static final byte[] NOTHING = {};

  private BitCompression() {}

  /** The sparse form, or a copy of the data where that is not shorter. Zeros become nothing. */
  public static byte[] compress(byte[] data) {
    byte[] sparse = encode(data);
    return sparse.length < data.length ? sparse : data.clone();
  }

  private static byte[] encode(byte[] data) {
    if (data.length <= 1) {
      return data.length == 0 || data[0] == 0 ? NOTHING : data;
    }
    byte[] used = new byte[(data.length + 7) / 8];
    int count = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] != 0) {
        used[i >> 3] |= (byte) (0x80 >> (i & 7));
        count++;
      }
    }
    if (count == 0) {
      return NOTHING;
    }
    byte[] head = encode(used);
    byte[] out = Arrays.copyOf(head, head.length + count);
    int at = head.length;
    for (byte value : data) {
      if (value != 0) {
        out[at++] = value;
      }
    }
    return out;
  }

  /**
   * The data again.
   *
   * @param sizeBytes its size
   * @throws IllegalArgumentException where {@code compressed} is no sparse form of that much data;
   *     the words are geth's
   */
  public static byte[] decompress(byte[] compressed, int sizeBytes) {
    if (compressed.length > sizeBytes) {
      throw new IllegalArgumentException("target data size exceeded");
    }
    if (compressed.length == sizeBytes) {
      return compressed.clone();
    }
    Input in = new Input(compressed);
    byte[] data = decode(in, sizeBytes);
    if (in.at != compressed.length) {
      throw new IllegalArgumentException("extra bytes on input");
    }
    return data;
  }

  private static final class Input {
    final byte[] bytes;
    int at;

    Input(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  private static byte[] decode(Input in, int sizeBytes) {
    byte[] data = new byte[sizeBytes];
    if (in.bytes.length == 0) {
      return data;
    }
    if (sizeBytes <= 1) {
      if (sizeBytes == 1 && in.bytes[0] != 0) {
        data[0] = in.bytes[0];
        in.at = 1;
      }
      return data;
    }
    byte[] used = decode(in, (sizeBytes + 7) / 8);
    for (int i = 0; i < 8 * used.length; i++) {
      if ((used[i >> 3] & (0x80 >> (i & 7))) == 0) {
        continue;
      }
      if (in.at >= in.bytes.length) {
        throw new IllegalArgumentException("missing bytes on input");
      }
      if (i >= sizeBytes) {
        throw new IllegalArgumentException("target data size exceeded");
      }
      byte value = in.bytes[in.at++];
      if (value == 0) {
        throw new IllegalArgumentException("zero byte in input content");
      }
      data[i] = value;
    }
    return data;
  }
}
