package io.lesnode.evm;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import org.apache.tuweni.bytes.Bytes32;

/** Addresses as geth prints them: hex whose capitals are a checksum (EIP-55). */
public final class ChecksumAddress {
  private ChecksumAddress() {}

  /** The checksummed form, with 0x. */
  public static String of(Address address) {
    String hex = address.bytes().toUnprefixedHexString();
    Bytes32 hash = Keccak.keccak256(hex.getBytes(StandardCharsets.US_ASCII));
    StringBuilder result = new StringBuilder("0x");
    for (int i = 0; i < hex.length(); i++) {
      int nibble = (hash.get(i / 2) >> (i % 2 == 0 ? 4 : 0)) & 0xf;
      result.append(nibble >= 8 ? Character.toUpperCase(hex.charAt(i)) : hex.charAt(i));
    }
    return result.toString();
  }
}
