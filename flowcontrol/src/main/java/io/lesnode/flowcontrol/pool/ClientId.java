package io.lesnode.flowcontrol.pool;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The 32-byte node id that a client's positive balance belongs to, ordered as its bytes.
 *
 * @param a bytes 0 to 7, big endian
 * @param b bytes 8 to 15
 * @param c bytes 16 to 23
 * @param d bytes 24 to 31
 */
public record ClientId(long a, long b, long c, long d) implements Comparable<ClientId> {

  /** The length in bytes. */
  public static final int SIZE_BYTES = 32;

  /** The smallest id. */
  public static final ClientId ZERO = new ClientId(0, 0, 0, 0);

  /** The largest id. */
  public static final ClientId MAX = new ClientId(-1, -1, -1, -1);

  /** The id of 32 bytes. */
  public static ClientId of(byte[] bytes) {
    if (bytes.length != SIZE_BYTES) {
      throw new IllegalArgumentException("A node id has 32 bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new ClientId(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  /** The id of 64 hexadecimal digits. */
  public static ClientId of(String hex) {
    return of(HexFormat.of().parseHex(hex));
  }

  /** A fresh array of the 32 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(SIZE_BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  @Override
  public int compareTo(ClientId other) {
    int order = Long.compareUnsigned(a, other.a);
    if (order == 0) {
      order = Long.compareUnsigned(b, other.b);
    }
    if (order == 0) {
      order = Long.compareUnsigned(c, other.c);
    }
    return order != 0 ? order : Long.compareUnsigned(d, other.d);
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
