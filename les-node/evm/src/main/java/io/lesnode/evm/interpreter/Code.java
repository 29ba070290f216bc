package io.lesnode.evm.interpreter;

import io.lesnode.evm.gas.Opcode;
import org.apache.tuweni.bytes.Bytes;

/**
 * Code made ready to run: followed by zeros, so that neither reading the next opcode nor a PUSH
 * needs a bounds check, and with its jump destinations marked. Immutable.
 */
final class Code {
  static final Code EMPTY = new Code(Bytes.EMPTY);

  /** A PUSH32 in the last place reads 32 bytes past the end; the STOP after it is one more. */
  private static final int PADDING_BYTES = 33;

  final byte[] bytes;
  final int length;
  private final long[] jumpDestinations;

  Code(Bytes code) {
    length = code.size();
    bytes = new byte[length + PADDING_BYTES];
    System.arraycopy(code.toArrayUnsafe(), 0, bytes, 0, length);
    jumpDestinations = new long[(length + 63) >>> 6];
    for (int pc = 0; pc < length; pc++) {
      int opcode = bytes[pc] & 0xff;
      if (opcode == Opcode.JUMPDEST) {
        jumpDestinations[pc >>> 6] |= 1L << pc;
      } else if (opcode >= Opcode.PUSH1 && opcode <= Opcode.PUSH32) {
        pc += opcode - Opcode.PUSH1 + 1;
      }
    }
  }

  /** Whether the word at {@code at} is a position that may be jumped to. */
  boolean isJumpDestination(long[] s, int at) {
    long to = s[at];
    return WordMath.fitsLong(s, at)
        && to >= 0
        && to < length
        && ((jumpDestinations[(int) to >>> 6] >>> to) & 1) != 0;
  }

  /** An estimate of the memory this takes. */
  int sizeBytes() {
    return 64 + bytes.length + 8 * jumpDestinations.length;
  }
}
