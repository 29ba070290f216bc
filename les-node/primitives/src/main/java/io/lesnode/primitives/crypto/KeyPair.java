package io.lesnode.primitives.crypto;

import io.lesnode.primitives.Address;
import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** A secp256k1 key pair. Its text form never shows the secret. */
public final class KeyPair {
  private final Bytes32 secret;
  private final Bytes publicKey;

  private KeyPair(Bytes32 secret) {
    this.secret = secret;
    this.publicKey = Secp256k1.instance().publicKey(secret);
  }

  /** The pair of a secret scalar; fails when it is zero or not below the group order. */
  public static KeyPair ofSecret(Bytes32 secret) {
    return new KeyPair(secret);
  }

  /** A new pair from {@code random}. */
  public static KeyPair generate(SecureRandom random) {
    while (true) {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      Bytes32 secret = Bytes32.wrap(bytes);
      if (Secp256k1.isValidSecret(secret)) {
        return new KeyPair(secret);
      }
    }
  }

  /** The secret scalar, 32 bytes big-endian. Keep it out of logs. */
  public Bytes32 secret() {
    return secret;
  }

  /** The uncompressed public key without its 0x04 prefix, 64 bytes. */
  public Bytes publicKey() {
    return publicKey;
  }

  /** The account address of the public key. */
  public Address address() {
    return Address.ofPublicKey(publicKey);
  }

  /** Signs a 32-byte digest, deterministically (RFC 6979) and with low s. */
  public Signature sign(Bytes32 digest) {
    return Secp256k1.instance().sign(digest, secret, publicKey);
  }

  @Override
  public String toString() {
    return "KeyPair[" + address() + "]";
  }
}
