package io.lesnode.benchmarks.load;

import io.lesnode.primitives.rlp.RlpException;
import java.io.IOException;
import org.apache.tuweni.bytes.Bytes;
import org.xerial.snappy.Snappy;

/** Snappy blocks as RLPx uses them. Stateless. */
final class Compression {

  /** No Snappy element makes more than 64 bytes of 3. */
  private static final int MOST_EXPANSION = 22;

  private Compression() {}

  static Bytes deflate(Bytes payload) {
    try {
      return Bytes.wrap(Snappy.compress(payload.toArrayUnsafe()));
    } catch (IOException e) {
      throw new IllegalStateException("compressing in memory cannot fail", e);
    }
  }

  /**
   * Inflates a block; its claimed size is checked before anything is allocated.
   *
   * @throws RlpException if it is too large or malformed
   */
  static Bytes inflate(Bytes block, int limitBytes) {
    byte[] input = block.toArrayUnsafe();
    try {
      int size = Snappy.uncompressedLength(input);
      if (size < 0 || size > limitBytes || size > (long) input.length * MOST_EXPANSION) {
        throw new RlpException("a compressed message that claims " + size + " bytes");
      }
      byte[] output = new byte[size];
      if (Snappy.uncompress(input, 0, input.length, output, 0) != size) {
        throw new RlpException("a compressed message of a wrong size");
      }
      return Bytes.wrap(output);
    } catch (IOException e) {
      throw new RlpException("a message that cannot be inflated");
    }
  }
}
