package io.lesnode.primitives;

import io.lesnode.primitives.crypto.Keccak;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A 20-byte account address.
 *
 * @param bytes exactly 20 bytes
 */
public record Address(Bytes bytes) implements Comparable<Address> {
  /** The length of an address in bytes. */
  public static final int SIZE_BYTES = 20;

  /** Twenty zero bytes. */
  public static final Address ZERO = new Address(Bytes.wrap(new byte[SIZE_BYTES]));

  /** Checks the length. */
  public Address {
    if (bytes.size() != SIZE_BYTES) {
      throw new IllegalArgumentException("an address has 20 bytes, these are " + bytes.size());
    }
  }

  /** The address of exactly 20 bytes. */
  public static Address of(Bytes bytes) {
    return new Address(bytes);
  }

  /** Parses 40 hex digits, with or without 0x. */
  public static Address fromHex(String hex) {
    return new Address(Bytes.fromHexString(hex));
  }

  /** The last 20 bytes of the hash of an uncompressed public key (64 bytes). */
  public static Address ofPublicKey(Bytes publicKey) {
    return new Address(Keccak.keccak256(publicKey).slice(12, SIZE_BYTES));
  }

  /** The key of this account in the state trie. */
  public Bytes32 hash() {
    return Keccak.keccak256(bytes);
  }

  /** Lower-case hex with 0x. */
  public String toHexString() {
    return bytes.toHexString();
  }

  @Override
  public int compareTo(Address other) {
    return bytes.compareTo(other.bytes);
  }

  @Override
  public String toString() {
    return bytes.toHexString();
  }
}
