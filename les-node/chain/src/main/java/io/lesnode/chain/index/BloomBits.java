package io.lesnode.chain.index;

import io.lesnode.primitives.LogsBloom;
import java.util.Arrays;

/**
 * The blooms of a section turned by ninety degrees: for each of the 2048 bits, in which blocks it
 * is set. Block j is bit 7 − j mod 8 of byte j / 8 (geth core/bloombits/generator.go). Eight blocks
 * are turned at a time, as squares of eight by eight bits. Confined to one thread.
 */
final class BloomBits {

  static final int BITS = 8 * LogsBloom.SIZE_BYTES;

  private static final int TURNED_TOGETHER = 8;

  private final int vectorBytes;

  /** All vectors one after the other. */
  private final byte[] vectors;

  private final byte[][] waiting = new byte[TURNED_TOGETHER][];
  private int blocks;

  BloomBits(Sections sections) {
    vectorBytes = Math.toIntExact(sections.blocks() / 8);
    vectors = new byte[BITS * vectorBytes];
  }

  /** Adds the next block. */
  void add(LogsBloom bloom) {
    waiting[blocks % TURNED_TOGETHER] = bloom.bytes().toArrayUnsafe();
    blocks++;
    if (blocks % TURNED_TOGETHER == 0) {
      turn(blocks / TURNED_TOGETHER - 1);
    }
  }

  /** The blocks that have a bit; bit 0 is the lowest of the last byte of a bloom. */
  byte[] vector(int bit) {
    return Arrays.copyOfRange(vectors, bit * vectorBytes, (bit + 1) * vectorBytes);
  }

  private void turn(int column) {
    for (int i = 0; i < LogsBloom.SIZE_BYTES; i++) {
      long square = 0;
      for (byte[] bloom : waiting) {
        square = square << 8 | (bloom[i] & 0xff);
      }
      if (square == 0) {
        continue;
      }
      square = transpose(square);
      int lowestBit = 8 * (LogsBloom.SIZE_BYTES - 1 - i);
      for (int bit = 0; bit < 8; bit++) {
        vectors[(lowestBit + bit) * vectorBytes + column] = (byte) (square >>> (8 * bit));
      }
    }
  }

  /**
   * Eight rows of eight bits become eight columns, the first row and column being the most
   * significant (Warren, Hacker's Delight, 7–3).
   */
  private static long transpose(long square) {
    long x = square;
    x = (x & 0xAA55AA55AA55AA55L) | swap(x, 7, 0x00AA00AA00AA00AAL);
    x = (x & 0xCCCC3333CCCC3333L) | swap(x, 14, 0x0000CCCC0000CCCCL);
    return (x & 0xF0F0F0F00F0F0F0FL) | swap(x, 28, 0x00000000F0F0F0F0L);
  }

  /** The masked bits go up by a distance, and those up there come down. */
  private static long swap(long x, int distance, long mask) {
    return ((x & mask) << distance) | ((x >>> distance) & mask);
  }
}
