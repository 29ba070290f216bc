package io.lesnode.evm.interpreter;

import io.lesnode.evm.ExecutionFailure.Kind;
import io.lesnode.primitives.crypto.Keccak;

/**
 * Opcodes that read or write memory. They take the gas left and return what is left after them;
 * {@code a} is the index of the top word.
 */
final class MemoryOps {
  /**
   * The largest memory that geth prices ({@code core/vm/gas_table.go}); beyond it the cost would
   * overflow.
   */
  private static final long MAX_PRICED_BYTES = 0x1FFFFFFFE0L;

  private MemoryOps() {}

  static long load(Frame f, long[] s, int a, long gas) {
    Memory memory = f.memory;
    long left = gas;
    long offset = s[a];
    if (!WordMath.fitsLong(s, a) || offset < 0 || offset > memory.sizeBytes() - 32) {
      left = expand(f, endOf(s, a, 32), left);
    }
    memory.load((int) offset, s, a);
    return left;
  }

  static long store(Frame f, long[] s, int a, long gas) {
    Memory memory = f.memory;
    long left = gas;
    long offset = s[a];
    if (!WordMath.fitsLong(s, a) || offset < 0 || offset > memory.sizeBytes() - 32) {
      left = expand(f, endOf(s, a, 32), left);
    }
    memory.store((int) offset, s, a - 4);
    return left;
  }

  static long storeByte(Frame f, long[] s, int a, long gas) {
    long left = expand(f, endOf(s, a, 1), gas);
    f.memory.storeByte((int) s[a], (byte) s[a - 4]);
    return left;
  }

  static long keccak256(Frame f, long[] s, int a, long gas) {
    long left = expand(f, end(s, a, a - 4), gas);
    left = spend(left, 6 * words(s[a - 4]));
    int length = (int) s[a - 4];
    int offset = length == 0 ? 0 : (int) s[a];
    Words.put(s, a - 4, Keccak.keccak256(f.memory.array(), offset, length));
    return left;
  }

  static void callDataLoad(Frame f, long[] s, int a) {
    long offset = s[a];
    if (!WordMath.fitsLong(s, a) || offset < 0 || offset >= f.inputLength) {
      WordMath.setLong(s, a, 0);
      return;
    }
    int at = f.inputOffset + (int) offset;
    int available = f.inputLength - (int) offset;
    byte[] source = f.input;
    if (available < 32) {
      byte[] padded = new byte[32];
      System.arraycopy(source, at, padded, 0, available);
      source = padded;
      at = 0;
    }
    s[a + 3] = (long) Memory.LONGS.get(source, at);
    s[a + 2] = (long) Memory.LONGS.get(source, at + 8);
    s[a + 1] = (long) Memory.LONGS.get(source, at + 16);
    s[a] = (long) Memory.LONGS.get(source, at + 24);
  }

  static long callDataCopy(Frame f, long[] s, int a, long gas) {
    long left = chargeCopy(f, s, a, a - 8, gas);
    copyPadded(f, s, a, a - 4, f.input, f.inputOffset, f.inputLength);
    return left;
  }

  static long codeCopy(Frame f, long[] s, int a, long gas) {
    long left = chargeCopy(f, s, a, a - 8, gas);
    copyPadded(f, s, a, a - 4, f.code.bytes, 0, f.code.length);
    return left;
  }

  static long returnDataCopy(Frame f, long[] s, int a, long gas) {
    long left = chargeCopy(f, s, a, a - 8, gas);
    long from = s[a - 4];
    long length = s[a - 8];
    int available = f.returnData.length;
    if (!WordMath.fitsLong(s, a - 4) || from < 0 || from > available || length > available - from) {
      throw new HaltException(Kind.RETURN_DATA_OUT_OF_BOUNDS);
    }
    if (length > 0) {
      f.memory.write((int) s[a], f.returnData, (int) from, available, (int) length);
    }
    return left;
  }

  /** EIP-5656. */
  static long memoryCopy(Frame f, long[] s, int a, long gas) {
    long end = Math.max(end(s, a, a - 8), end(s, a - 4, a - 8));
    long left = expand(f, end, gas);
    left = spend(left, 3 * words(s[a - 8]));
    int length = (int) s[a - 8];
    if (length > 0) {
      f.memory.move((int) s[a], (int) s[a - 4], length);
    }
    return left;
  }

  /** Takes the frame's output for RETURN and REVERT. */
  static long output(Frame f, long[] s, int a, long gas) {
    long left = expand(f, end(s, a, a - 4), gas);
    int length = (int) s[a - 4];
    f.output = length == 0 ? Frame.NOTHING : f.memory.read((int) s[a], length);
    return left;
  }

  /** Charges and expands for a copy to the memory at {@code to} of {@code length} bytes. */
  static long chargeCopy(Frame f, long[] s, int to, int length, long gas) {
    long left = expand(f, end(s, to, length), gas);
    return spend(left, 3 * words(s[length]));
  }

  /**
   * Copies to memory from the {@code size} bytes of {@code source} at {@code sourceOffset}, zeros
   * past their end; three words from {@code to} and {@code from} on give the ranges.
   */
  static void copyPadded(
      Frame f, long[] s, int to, int from, byte[] source, int sourceOffset, int size) {
    int length = (int) s[from - 4];
    if (length == 0) {
      return;
    }
    long offset = s[from];
    boolean inside = WordMath.fitsLong(s, from) && offset >= 0 && offset < size;
    int start = inside ? (int) offset : size;
    f.memory.write((int) s[to], source, sourceOffset + start, sourceOffset + size, length);
  }

  /** Pays for memory up to {@code end} and expands it. */
  static long expand(Frame f, long end, long gas) {
    if (end <= f.memory.sizeBytes()) {
      return gas;
    }
    long left = spend(gas, f.memory.expansionCost(end));
    f.memory.expand(end);
    return left;
  }

  static long spend(long gas, long amount) {
    if (amount > gas) {
      throw new HaltException(Kind.OUT_OF_GAS);
    }
    return gas - amount;
  }

  /** Where the range given by two words ends; 0 if it is empty, wherever it would start. */
  static long end(long[] s, int offsetAt, int sizeAt) {
    if (WordMath.isZero(s, sizeAt)) {
      return 0;
    }
    if (!WordMath.fitsLong(s, sizeAt)) {
      throw new HaltException(Kind.GAS_OVERFLOW);
    }
    return endOf(s, offsetAt, s[sizeAt]);
  }

  /** Where a range of the given non-zero unsigned size ends. */
  private static long endOf(long[] s, int offsetAt, long size) {
    long offset = s[offsetAt];
    long end = offset + size;
    if (!WordMath.fitsLong(s, offsetAt) || Long.compareUnsigned(end, size) < 0) {
      throw new HaltException(Kind.GAS_OVERFLOW);
    }
    return Long.compareUnsigned(end, MAX_PRICED_BYTES) > 0 ? Long.MAX_VALUE : end;
  }

  /** Words that hold {@code bytes}, which has passed the memory check. */
  static long words(long bytes) {
    return (bytes + 31) >>> 5;
  }
}
