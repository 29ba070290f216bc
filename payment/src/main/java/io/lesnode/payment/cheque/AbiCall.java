package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** A call of a contract whose arguments are words: a selector and 32 bytes each. */
final class AbiCall {
  private final List<Bytes> parts = new ArrayList<>();

  private AbiCall(String signature) {
    parts.add(hash(signature).slice(0, 4));
  }

  static AbiCall of(String signature) {
    return new AbiCall(signature);
  }

  AbiCall word(Address address) {
    parts.add(Bytes32.leftPad(address.bytes()));
    return this;
  }

  AbiCall word(UInt256 number) {
    parts.add(number.toBytes());
    return this;
  }

  AbiCall word(long number) {
    return word(UInt256.valueOf(number));
  }

  AbiCall word(Bytes32 bytes) {
    parts.add(bytes);
    return this;
  }

  Bytes encoded() {
    return Bytes.concatenate(parts);
  }

  /** The first topic of an event. */
  static Bytes32 hash(String signature) {
    return Keccak.keccak256(signature.getBytes(StandardCharsets.US_ASCII));
  }
}
