package io.lesnode.primitives.crypto;

/**
 * A Keccak-256 state that goes on after a digest was taken, as the frame MACs of RLPx need it.
 * Confined to one thread.
 */
public final class RunningKeccak {
  private static final int RATE_BYTES = 136;
  private static final int DIGEST_BYTES = 32;

  private final long[] lanes = new long[KeccakLanes.COUNT];
  private final long[] scratch = new long[KeccakLanes.COUNT];
  private final byte[] block = new byte[RATE_BYTES];
  private int filled;

  /** Absorbs {@code length} bytes from {@code offset}. */
  public void absorb(byte[] input, int offset, int length) {
    int at = offset;
    int end = offset + length;
    if (filled > 0) {
      int taken = Math.min(length, RATE_BYTES - filled);
      System.arraycopy(input, at, block, filled, taken);
      filled += taken;
      at += taken;
      if (filled < RATE_BYTES) {
        return;
      }
      KeccakLanes.absorb(lanes, block, 0, RATE_BYTES);
      filled = 0;
    }
    for (; end - at >= RATE_BYTES; at += RATE_BYTES) {
      KeccakLanes.absorb(lanes, input, at, RATE_BYTES);
    }
    System.arraycopy(input, at, block, 0, end - at);
    filled = end - at;
  }

  /** Writes the digest of all that was absorbed so far; the state stays as it is. */
  public void digest(byte[] output, int offset) {
    System.arraycopy(lanes, 0, scratch, 0, KeccakLanes.COUNT);
    for (int i = filled; i < RATE_BYTES; i++) {
      block[i] = 0;
    }
    block[filled] = 0x01;
    block[RATE_BYTES - 1] |= (byte) 0x80;
    KeccakLanes.absorb(scratch, block, 0, RATE_BYTES);
    KeccakLanes.squeeze(scratch, output, offset, DIGEST_BYTES);
  }
}
