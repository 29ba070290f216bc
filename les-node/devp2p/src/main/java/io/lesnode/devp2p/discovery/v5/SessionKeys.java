package io.lesnode.devp2p.discovery.v5;

import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.ECPoint;

/**
 * The two keys of a session, and the cryptography of discovery v5 (discv5-theory.md, "Sessions").
 * Immutable.
 *
 * @param writeKey AES key of what we send, 16 bytes
 * @param readKey AES key of what we receive, 16 bytes
 */
record SessionKeys(Bytes writeKey, Bytes readKey) {
  static final int NONCE_BYTES = 12;
  private static final int KEY_BYTES = 16;
  private static final int TAG_BITS = 128;
  private static final Bytes AGREEMENT = ascii("discovery v5 key agreement");
  private static final Bytes IDENTITY = ascii("discovery v5 identity proof");

  private static Bytes ascii(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The keys of who starts the session.
   *
   * @param own the secret of one side: ephemeral for who starts, static for who challenged
   * @param other the public key of the other side, 64 bytes
   * @param initiator hash of who starts
   * @param recipient hash of who challenged
   * @param challenge the masking IV and header of the WHOAREYOU packet
   * @throws IllegalArgumentException if the key is no point of the curve
   */
  static SessionKeys derive(
      KeyPair own, Bytes other, Bytes32 initiator, Bytes32 recipient, Bytes challenge) {
    Bytes info = Bytes.concatenate(AGREEMENT, initiator, recipient);
    Bytes pseudoRandomKey = hmac(challenge, agree(own, other));
    Bytes keys = hmac(pseudoRandomKey, Bytes.concatenate(info, Bytes.of(1))); // HKDF, one block
    return new SessionKeys(keys.slice(0, KEY_BYTES), keys.slice(KEY_BYTES, KEY_BYTES));
  }

  /** The same keys as the other side sees them. */
  SessionKeys flipped() {
    return new SessionKeys(/* writeKey= */ readKey, /* readKey= */ writeKey);
  }

  /** The shared point in compressed form: this protocol hashes its parity as well. */
  static Bytes agree(KeyPair own, Bytes other) {
    BigInteger secret = own.secret().toUnsignedBigInteger();
    ECPoint point =
        CustomNamedCurves.getByName("secp256k1")
            .getCurve()
            .decodePoint(Bytes.concatenate(Bytes.of(4), other).toArrayUnsafe())
            .multiply(secret)
            .normalize();
    return Bytes.wrap(point.getEncoded(true));
  }

  private static Bytes hmac(Bytes key, Bytes data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.toArrayUnsafe(), "HmacSHA256"));
      return Bytes.wrap(mac.doFinal(data.toArrayUnsafe()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    }
  }

  private static Bytes32 identityDigest(Bytes challenge, Bytes ephemeralKey, Bytes32 recipient) {
    try {
      Bytes text = Bytes.concatenate(IDENTITY, challenge, ephemeralKey, recipient);
      return Bytes32.wrap(MessageDigest.getInstance("SHA-256").digest(text.toArrayUnsafe()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Proves that we are who the packet says, 64 bytes r‖s. */
  static Bytes signIdentity(KeyPair own, Bytes challenge, Bytes ephemeralKey, Bytes32 recipient) {
    return own.sign(identityDigest(challenge, ephemeralKey, recipient)).toBytes64();
  }

  /** Whether the proof was made by this key. */
  static boolean isIdentity(
      Bytes signature, Bytes publicKey, Bytes challenge, Bytes ephemeralKey, Bytes32 recipient) {
    return signature.size() == 64
        && Secp256k1.instance()
            .verify(identityDigest(challenge, ephemeralKey, recipient), signature, publicKey);
  }

  /** Applies the mask of headers; the same call takes it off. */
  static byte[] mask(Bytes32 recipient, Bytes iv, byte[] header) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(recipient.slice(0, KEY_BYTES).toArray(), "AES"),
          new IvParameterSpec(iv.toArray()));
      return cipher.doFinal(header);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has AES/CTR", impossible);
    }
  }

  /** Encrypts a message. */
  Bytes seal(Bytes nonce, Bytes plaintext, Bytes authenticated) {
    try {
      return Bytes.wrap(
          gcm(Cipher.ENCRYPT_MODE, writeKey, nonce, authenticated)
              .doFinal(plaintext.toArrayUnsafe()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("encryption cannot fail", impossible);
    }
  }

  /** Decrypts a message; empty when it was made with other keys or changed on the way. */
  Optional<Bytes> open(Bytes nonce, Bytes ciphertext, Bytes authenticated) {
    try {
      return Optional.of(
          Bytes.wrap(
              gcm(Cipher.DECRYPT_MODE, readKey, nonce, authenticated)
                  .doFinal(ciphertext.toArrayUnsafe())));
    } catch (GeneralSecurityException otherKeys) {
      return Optional.empty();
    }
  }

  private static Cipher gcm(int mode, Bytes key, Bytes nonce, Bytes authenticated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(key.toArray(), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce.toArray()));
    cipher.updateAAD(authenticated.toArrayUnsafe());
    return cipher;
  }

  /** Leaves the keys out. */
  @Override
  public String toString() {
    return "SessionKeys[…]";
  }
}
