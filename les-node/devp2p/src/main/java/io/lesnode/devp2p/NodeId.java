package io.lesnode.devp2p;

import io.lesnode.primitives.crypto.Keccak;
import java.math.BigInteger;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The identity of a node: its secp256k1 public key, with the hash that geth prints as "id".
 * Immutable; equality is that of the key.
 */
public final class NodeId {
  /** Size of a public key without its format byte. */
  public static final int SIZE_BYTES = 64;

  /** The field of secp256k1: 2^256 − 2^32 − 977. */
  private static final BigInteger FIELD =
      BigInteger.TWO.pow(256).subtract(BigInteger.TWO.pow(32)).subtract(BigInteger.valueOf(977));

  private static final BigInteger CURVE_CONSTANT = BigInteger.valueOf(7);

  private final Bytes publicKey;
  private final Bytes32 hash;

  private NodeId(Bytes publicKey) {
    this.publicKey = publicKey;
    this.hash = Keccak.keccak256(publicKey);
  }

  /**
   * The identity with this public key.
   *
   * @param publicKey 64 bytes, x‖y; checked to be a point of the curve
   * @throws IllegalArgumentException if it is not
   */
  public static NodeId of(Bytes publicKey) {
    if (publicKey.size() != SIZE_BYTES) {
      throw new IllegalArgumentException(
          "a node id has " + SIZE_BYTES + " bytes, this one has " + publicKey.size());
    }
    if (!isOnCurve(publicKey)) {
      throw new IllegalArgumentException("the node id is not a point of secp256k1");
    }
    return new NodeId(publicKey.copy());
  }

  /** The identity with a key that a handshake has proven, and so to be a point of the curve. */
  static NodeId ofProven(Bytes publicKey) {
    return new NodeId(publicKey);
  }

  /** Whether y² = x³ + 7 in the field. */
  private static boolean isOnCurve(Bytes publicKey) {
    BigInteger x = publicKey.slice(0, 32).toUnsignedBigInteger();
    BigInteger y = publicKey.slice(32, 32).toUnsignedBigInteger();
    return x.compareTo(FIELD) < 0
        && y.compareTo(FIELD) < 0
        && y.multiply(y).mod(FIELD).equals(x.pow(3).add(CURVE_CONSTANT).mod(FIELD));
  }

  /**
   * The identity written as 128 hexadecimal digits.
   *
   * @throws IllegalArgumentException if it is anything else, or not a public key
   */
  public static NodeId fromHex(String hex) {
    if (hex.length() != 2 * SIZE_BYTES) {
      throw new IllegalArgumentException(
          "a node id has " + 2 * SIZE_BYTES + " hex digits, this one has " + hex.length());
    }
    for (int i = 0; i < hex.length(); i++) {
      if (Character.digit(hex.charAt(i), 16) < 0 || hex.charAt(i) > 'f') {
        throw new IllegalArgumentException(
            "a node id consists of hex digits, position "
                + (i + 1)
                + " is '"
                + hex.charAt(i)
                + "'");
      }
    }
    return of(Bytes.fromHexString(hex.toLowerCase(Locale.ROOT)));
  }

  /** The public key, 64 bytes x‖y. */
  public Bytes publicKey() {
    return publicKey;
  }

  /** Keccak-256 of the key: the node address of discovery, and "id" in geth's RPC. */
  public Bytes32 hash() {
    return hash;
  }

  /** The public key as 128 hexadecimal digits, as in an enode URL. */
  public String toHex() {
    return publicKey.toUnprefixedHexString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeId that && publicKey.equals(that.publicKey);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  /** The first 8 bytes of the hash: enough for a log. */
  @Override
  public String toString() {
    return hash.slice(0, 8).toUnprefixedHexString();
  }
}
