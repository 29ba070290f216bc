package io.lesnode.primitives.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The 25 lanes of a Keccak sponge as bytes see them: little-endian. Stateless. */
final class KeccakLanes {
  static final int COUNT = 25;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private KeccakLanes() {}

  /** Mixes a block of {@code rateBytes} into the lanes and permutes them. */
  static void absorb(long[] lanes, byte[] input, int offset, int rateBytes) {
    for (int i = 0; i < rateBytes / Long.BYTES; i++) {
      lanes[i] ^= (long) LONGS.get(input, offset + i * Long.BYTES);
    }
    KeccakPermutation.permute(lanes);
  }

  /** Writes the first {@code lengthBytes} of the lanes, a multiple of eight. */
  static void squeeze(long[] lanes, byte[] output, int offset, int lengthBytes) {
    for (int i = 0; i < lengthBytes / Long.BYTES; i++) {
      LONGS.set(output, offset + i * Long.BYTES, lanes[i]);
    }
  }
}
