package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** Where Solidity keeps the values of mappings (Solidity documentation, "Layout in storage"). */
final class StorageSlot {
  private static final UInt256 LOW_128 =
      UInt256.MAX_VALUE.subtract(UInt256.MAX_VALUE.shiftLeft(128));

  private StorageSlot() {}

  /** The slot of {@code mapping[key]} for a mapping at a slot. */
  static UInt256 of(Address key, UInt256 mapping) {
    return UInt256.fromBytes(
        Keccak.keccak256(Bytes.concatenate(Bytes32.leftPad(key.bytes()), mapping.toBytes())));
  }

  /** The lower 128 bits of a word. */
  static UInt256 low128(UInt256 word) {
    return word.and(LOW_128);
  }

  /** The upper 128 bits of a word. */
  static UInt256 high128(UInt256 word) {
    return word.shiftRight(128);
  }

  /**
   * Eight bytes of a word, counted in bits from its low end, as a number that is never negative.
   */
  static long bits64(UInt256 word, int fromBit) {
    long bits = word.shiftRight(fromBit).toBytes().getLong(24);
    return bits < 0 ? Long.MAX_VALUE : bits;
  }
}
