package io.lesnode.primitives.crypto;

import java.math.BigInteger;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.bouncycastle.crypto.ec.CustomNamedCurves;

/**
 * The secp256k1 operations that Ethereum needs. Thread-safe.
 *
 * <p>Public keys are 64 bytes, uncompressed without the 0x04 prefix; digests and secrets 32 bytes.
 */
public sealed interface Secp256k1 permits NativeSecp256k1, BouncyCastleSecp256k1 {
  /** The order of the group. */
  BigInteger ORDER = CustomNamedCurves.getByName("secp256k1").getN();

  /** Half of the order, rounded down: the largest s that EIP-2 accepts. */
  BigInteger HALF_ORDER = ORDER.shiftRight(1);

  /** The native implementation where its library loads, else Bouncy Castle. */
  static Secp256k1 instance() {
    return Secp256k1Choice.INSTANCE;
  }

  /** The pure Java implementation, whatever the platform: for comparisons. */
  static Secp256k1 pureJava() {
    return new BouncyCastleSecp256k1();
  }

  /** Whether the scalar is in 1 … order − 1. */
  static boolean isValidSecret(Bytes32 secret) {
    BigInteger scalar = secret.toUnsignedBigInteger();
    return scalar.signum() > 0 && scalar.compareTo(ORDER) < 0;
  }

  /** A short name for logs: which library does the work. */
  String name();

  /**
   * The public key of a secret; {@link IllegalArgumentException} when the secret is out of range.
   */
  Bytes publicKey(Bytes32 secret);

  /** Signs deterministically (RFC 6979), low s; {@code publicKey} is that of {@code secret}. */
  Signature sign(Bytes32 digest, Bytes32 secret, Bytes publicKey);

  /**
   * The public key that made the signature, or empty when there is none. High s is accepted here.
   */
  Optional<Bytes> recover(Bytes32 digest, Signature signature);

  /** Whether {@code r‖s} (64 bytes, low s required) signs the digest under the key. */
  boolean verify(Bytes32 digest, Bytes signature64, Bytes publicKey);

  /**
   * The x coordinate of secret · point, 32 bytes; {@link IllegalArgumentException} for a bad point.
   */
  Bytes32 ecdh(Bytes32 secret, Bytes publicKey);

  /** The 33-byte compressed form of a public key. */
  static Bytes compress(Bytes publicKey) {
    int prefix = 2 + (publicKey.get(63) & 1);
    return Bytes.concatenate(Bytes.of(prefix), publicKey.slice(0, 32));
  }

  /**
   * The 64-byte form of a 33-byte compressed key; {@link IllegalArgumentException} when off the
   * curve.
   */
  static Bytes decompress(Bytes compressed) {
    if (compressed.size() != 33) {
      throw new IllegalArgumentException(
          "a compressed key has 33 bytes, these are " + compressed.size());
    }
    byte[] point =
        CustomNamedCurves.getByName("secp256k1")
            .getCurve()
            .decodePoint(compressed.toArrayUnsafe())
            .getEncoded(false);
    return Bytes.wrap(point, 1, 64);
  }
}
