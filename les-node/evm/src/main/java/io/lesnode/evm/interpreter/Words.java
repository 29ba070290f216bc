package io.lesnode.evm.interpreter;

import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Moves values between the stack array and objects. */
final class Words {
  private Words() {}

  static Word word(long[] s, int at) {
    return new Word(s[at + 3], s[at + 2], s[at + 1], s[at]);
  }

  static UInt256 number(long[] s, int at) {
    return WordMath.fitsLong(s, at) && s[at] >= 0
        ? UInt256.valueOf(s[at])
        : word(s, at).toUInt256();
  }

  /** The low 20 bytes as an address. */
  static Address address(long[] s, int at) {
    byte[] bytes = new byte[Address.SIZE_BYTES];
    int high = (int) s[at + 2];
    bytes[0] = (byte) (high >> 24);
    bytes[1] = (byte) (high >> 16);
    bytes[2] = (byte) (high >> 8);
    bytes[3] = (byte) high;
    Memory.LONGS.set(bytes, 4, s[at + 1]);
    Memory.LONGS.set(bytes, 12, s[at]);
    return Address.of(Bytes.wrap(bytes));
  }

  static void put(long[] s, int at, Word value) {
    s[at] = value.w0();
    s[at + 1] = value.w1();
    s[at + 2] = value.w2();
    s[at + 3] = value.w3();
  }

  static void put(long[] s, int at, Bytes32 value) {
    s[at] = value.getLong(24);
    s[at + 1] = value.getLong(16);
    s[at + 2] = value.getLong(8);
    s[at + 3] = value.getLong(0);
  }

  static void put(long[] s, int at, UInt256 value) {
    if (value.isZero()) {
      WordMath.setLong(s, at, 0);
    } else {
      put(s, at, value.toBytes());
    }
  }

  static void put(long[] s, int at, Address address) {
    Bytes bytes = address.bytes();
    s[at] = bytes.getLong(12);
    s[at + 1] = bytes.getLong(4);
    s[at + 2] = bytes.getInt(0) & 0xffffffffL;
    s[at + 3] = 0;
  }
}
