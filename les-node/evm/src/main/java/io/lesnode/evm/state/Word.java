package io.lesnode.evm.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A 256-bit storage key or value as four longs, the most significant first: one small object where
 * {@link UInt256} takes several, as interpreter and storage maps handle these by the million.
 */
public record Word(long w3, long w2, long w1, long w0) {

  /** Zero: the value of every unset slot. */
  public static final Word ZERO = new Word(0, 0, 0, 0);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** The word equal to {@code value}. */
  public static Word of(UInt256 value) {
    return of(value.toBytes());
  }

  /** The word with the 32 big-endian bytes {@code value}. */
  public static Word of(Bytes32 value) {
    return new Word(value.getLong(0), value.getLong(8), value.getLong(16), value.getLong(24));
  }

  /** The word equal to the unsigned {@code value}. */
  public static Word of(long value) {
    return new Word(0, 0, 0, value);
  }

  /** Whether this is zero. */
  public boolean isZero() {
    return (w3 | w2 | w1 | w0) == 0;
  }

  /** This word as 32 big-endian bytes. */
  public Bytes32 toBytes32() {
    byte[] bytes = new byte[32];
    LONGS.set(bytes, 0, w3);
    LONGS.set(bytes, 8, w2);
    LONGS.set(bytes, 16, w1);
    LONGS.set(bytes, 24, w0);
    return Bytes32.wrap(bytes);
  }

  /** This word as a number. */
  public UInt256 toUInt256() {
    return isZero() ? UInt256.ZERO : UInt256.fromBytes((Bytes) toBytes32());
  }

  @Override
  public int hashCode() {
    // Solidity uses both small consecutive slots and keccak hashes: mix all four longs.
    long h = w0 ^ (w1 * 0x9E3779B97F4A7C15L) ^ (w2 * 0xC2B2AE3D27D4EB4FL) ^ Long.rotateLeft(w3, 29);
    h *= 0x9E3779B97F4A7C15L;
    return (int) (h ^ (h >>> 32));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Word that
        && w0 == that.w0
        && w1 == that.w1
        && w2 == that.w2
        && w3 == that.w3;
  }
}
