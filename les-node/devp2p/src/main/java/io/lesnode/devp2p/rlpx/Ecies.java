package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * ECIES as RLPx uses it (rlpx.md, "ECIES Encryption"): secp256k1, the concatenation KDF with
 * SHA-256, AES-128-CTR and HMAC-SHA-256. Stateless.
 *
 * <p>A packet is {@code 0x04 ‖ R(64) ‖ iv(16) ‖ ciphertext ‖ mac(32)}; the MAC covers iv,
 * ciphertext and data that travels outside, the size prefix of the handshake packet.
 */
public final class Ecies {
  /** How much longer a packet is than its plaintext. */
  public static final int OVERHEAD_BYTES = 65 + 16 + 32;

  private static final int KEY_BYTES = 64;
  private static final int IV_BYTES = 16;
  private static final int MAC_BYTES = 32;
  private static final byte UNCOMPRESSED = 4;

  /** Looking an algorithm up among the providers costs as much as using it on a packet. */
  private static final ThreadLocal<Tools> TOOLS = ThreadLocal.withInitial(Tools::new);

  private Ecies() {}

  /** Algorithms that are set up anew before each use. */
  private static final class Tools {
    private final MessageDigest sha256;
    private final Cipher aesCtr;
    private final Mac hmac;

    Tools() {
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
        aesCtr = Cipher.getInstance("AES/CTR/NoPadding");
        hmac = Mac.getInstance("HmacSHA256");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES-CTR and HMAC-SHA-256 belong to every JDK", e);
      }
    }
  }

  /**
   * Encrypts.
   *
   * @param recipientKey public key of the recipient, 64 bytes
   * @param ephemeral key pair for this packet only
   * @param iv 16 random bytes
   * @param plaintext what to encrypt
   * @param outside data to authenticate along with it
   */
  public static byte[] encrypt(
      Bytes recipientKey, KeyPair ephemeral, byte[] iv, byte[] plaintext, byte[] outside) {
    try {
      Keys keys = Keys.derive(Secp256k1.instance().ecdh(ephemeral.secret(), recipientKey));
      byte[] ciphertext = keys.cipher(iv).doFinal(plaintext);
      byte[] mac = keys.mac(iv, 0, ciphertext, 0, ciphertext.length, outside);
      return ByteBuffer.allocate(plaintext.length + OVERHEAD_BYTES)
          .put(UNCOMPRESSED)
          .put(ephemeral.publicKey().toArrayUnsafe())
          .put(iv)
          .put(ciphertext)
          .put(mac)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CTR and HMAC-SHA-256 belong to every JDK", e);
    }
  }

  /**
   * Decrypts.
   *
   * @param key key pair of the recipient
   * @param packet the packet
   * @param outside data that was authenticated along with it
   * @throws RlpxException if the packet was not made for this key, or was changed
   */
  public static byte[] decrypt(KeyPair key, byte[] packet, byte[] outside) {
    if (packet.length <= OVERHEAD_BYTES) {
      throw new RlpxException("ECIES packet of " + packet.length + " bytes is too short");
    }
    if (packet[0] != UNCOMPRESSED) {
      throw new RlpxException("ECIES packet does not start with an uncompressed key");
    }
    int ivStart = 1 + KEY_BYTES;
    int start = ivStart + IV_BYTES;
    int end = packet.length - MAC_BYTES;
    try {
      Keys keys = Keys.derive(sharedSecret(key, Bytes.wrap(packet, 1, KEY_BYTES)));
      byte[] mac = keys.mac(packet, ivStart, packet, start, end - start, outside);
      if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(packet, end, packet.length))) {
        throw new RlpxException("ECIES packet with wrong MAC");
      }
      byte[] iv = Arrays.copyOfRange(packet, ivStart, start);
      return keys.cipher(iv).doFinal(packet, start, end - start);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CTR and HMAC-SHA-256 belong to every JDK", e);
    }
  }

  /**
   * The key agreement with a public key that the remote side sent.
   *
   * @throws RlpxException if it is no point of the curve
   */
  static Bytes32 sharedSecret(KeyPair key, Bytes remoteKey) {
    try {
      return Secp256k1.instance().ecdh(key.secret(), remoteKey.copy());
    } catch (IllegalArgumentException e) {
      throw new RlpxException("public key that is no point of secp256k1", e);
    }
  }

  /** The two keys that the KDF yields: for AES-128 and for HMAC-SHA-256. */
  private record Keys(SecretKeySpec encryption, SecretKeySpec authentication) {
    static Keys derive(Bytes32 sharedSecret) {
      MessageDigest sha256 = TOOLS.get().sha256;
      sha256.update(new byte[] {0, 0, 0, 1});
      byte[] derived = sha256.digest(sharedSecret.toArrayUnsafe());
      byte[] macKey = sha256.digest(Arrays.copyOfRange(derived, 16, 32));
      return new Keys(
          new SecretKeySpec(derived, 0, 16, "AES"), new SecretKeySpec(macKey, "HmacSHA256"));
    }

    Cipher cipher(byte[] iv) throws GeneralSecurityException {
      Cipher cipher = TOOLS.get().aesCtr;
      cipher.init(Cipher.ENCRYPT_MODE, encryption, new IvParameterSpec(iv));
      return cipher;
    }

    byte[] mac(byte[] iv, int ivStart, byte[] data, int start, int length, byte[] outside)
        throws GeneralSecurityException {
      Mac mac = TOOLS.get().hmac;
      mac.init(authentication);
      mac.update(iv, ivStart, IV_BYTES);
      mac.update(data, start, length);
      return mac.doFinal(outside);
    }
  }
}
