package io.lesnode.primitives.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A Keccak-256 state that goes on after a digest was taken, as the frame MACs of RLPx need it.
 * Confined to one thread.
 */
public final class RunningKeccak {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int LANES = 25;
  private static final int RATE_BYTES = 136;
  private static final int DIGEST_BYTES = 32;

  private final long[] lanes = new long[LANES];
  private final long[] scratch = new long[LANES];
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
      permuteWith(block, 0);
      filled = 0;
    }
    for (; end - at >= RATE_BYTES; at += RATE_BYTES) {
      permuteWith(input, at);
    }
    System.arraycopy(input, at, block, 0, end - at);
    filled = end - at;
  }

  /** Writes the digest of all that was absorbed so far; the state stays as it is. */
  public void digest(byte[] output, int offset) {
    System.arraycopy(lanes, 0, scratch, 0, LANES);
    for (int i = filled; i < RATE_BYTES; i++) {
      block[i] = 0;
    }
    block[filled] = 0x01;
    block[RATE_BYTES - 1] |= (byte) 0x80;
    xor(scratch, block, 0);
    KeccakPermutation.permute(scratch);
    for (int i = 0; i < DIGEST_BYTES / Long.BYTES; i++) {
      LONGS.set(output, offset + i * Long.BYTES, scratch[i]);
    }
  }

  private void permuteWith(byte[] input, int offset) {
    xor(lanes, input, offset);
    KeccakPermutation.permute(lanes);
  }

  private static void xor(long[] lanes, byte[] input, int offset) {
    for (int i = 0; i < RATE_BYTES / Long.BYTES; i++) {
      lanes[i] ^= (long) LONGS.get(input, offset + i * Long.BYTES);
    }
  }
}
