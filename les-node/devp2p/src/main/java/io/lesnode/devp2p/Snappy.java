package io.lesnode.devp2p;

import java.io.IOException;
import org.apache.tuweni.bytes.Bytes;

/**
 * Message compression (rlpx.md, "Message compression"): the raw Snappy block format, without
 * Snappy's own framing. Stateless.
 */
final class Snappy {
  /**
   * No Snappy element makes more than 64 bytes of 3: a larger claim is a lie and is refused before
   * anything is allocated.
   */
  private static final int EXPANSION_MAX = 22;

  private Snappy() {}

  /** The compressed bytes are not a Snappy block; a peer fault. */
  static final class MalformedException extends Exception {
    MalformedException(String message) {
      super(message, null, false, false);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** Compresses a message. */
  static Bytes deflate(Bytes payload) {
    try {
      return Bytes.wrap(org.xerial.snappy.Snappy.compress(payload.toArrayUnsafe()));
    } catch (IOException e) {
      throw new IllegalStateException("compressing in memory cannot fail", e);
    }
  }

  /** The longest that a payload of this size can become. */
  static int maxDeflatedBytes(int payloadBytes) {
    return 32 + payloadBytes + payloadBytes / 6;
  }

  /**
   * The size that a block claims to have when inflated, 0 … 2^32 − 1.
   *
   * @throws MalformedException if there is no such claim, or no data could inflate to it
   */
  static long inflatedBytes(Bytes block) throws MalformedException {
    long size = 0;
    for (int i = 0; i < Math.min(block.size(), 5); i++) {
      int next = block.get(i) & 0xff;
      size |= (long) (next & 0x7f) << (7 * i);
      if (next < 0x80) {
        if (size > 0xffff_ffffL) {
          break;
        }
        return size;
      }
    }
    throw new MalformedException("snappy block without a size");
  }

  /**
   * Inflates a block whose claim was found acceptable.
   *
   * @throws MalformedException if it is not a block of exactly the claimed size
   */
  static Bytes inflate(Bytes block) throws MalformedException {
    long size = inflatedBytes(block);
    if (size > (long) block.size() * EXPANSION_MAX) {
      throw new MalformedException(
          "snappy block of " + block.size() + " bytes cannot inflate to " + size);
    }
    byte[] input = block.toArrayUnsafe();
    byte[] output = new byte[(int) size];
    try {
      int inflated = org.xerial.snappy.Snappy.uncompress(input, 0, input.length, output, 0);
      if (inflated != output.length) {
        throw new MalformedException("snappy block of a wrong size");
      }
      return Bytes.wrap(output);
    } catch (IOException e) {
      throw new MalformedException("snappy block that cannot be inflated");
    }
  }
}
