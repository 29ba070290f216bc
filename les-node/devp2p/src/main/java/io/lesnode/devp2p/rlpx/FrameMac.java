package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.RunningKeccak;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The running MAC of one direction (rlpx.md, "MAC"): a Keccak-256 state that absorbs all frames,
 * mixed with AES-256 under the MAC secret. Confined to the event loop of the channel.
 */
public final class FrameMac {
  /** Size of a tag on the wire. */
  public static final int TAG_BYTES = 16;

  private static final int BLOCK_BYTES = 16;

  private final RunningKeccak state = new RunningKeccak();
  private final Cipher aes;

  /** The digest of the state, between the calls of the public methods. */
  private final byte[] digest = new byte[32];

  private final byte[] seed = new byte[BLOCK_BYTES];

  /**
   * Starts the state.
   *
   * @param aes {@link #cipher} under the MAC secret; the two directions of a connection share it
   * @param initial what the state absorbs first
   * @param packet the handshake packet sent in this direction
   */
  FrameMac(Cipher aes, Bytes32 initial, Bytes packet) {
    this.aes = aes;
    state.absorb(initial.toArrayUnsafe(), 0, Bytes32.SIZE);
    state.absorb(packet.toArrayUnsafe(), 0, packet.size());
    peek();
  }

  /** The AES step under a MAC secret; keeps no state between two blocks. */
  static Cipher cipher(Bytes32 macSecret) {
    try {
      Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(macSecret.toArrayUnsafe(), "AES"));
      return aes;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256 belongs to every JDK", e);
    }
  }

  /** The Keccak-256 of all that was absorbed so far. */
  public Bytes32 currentDigest() {
    return Bytes32.wrap(digest.clone());
  }

  /** Absorbs an encrypted frame header of 16 bytes and writes its tag. */
  void header(byte[] header, int offset, byte[] tag, int tagOffset) {
    System.arraycopy(header, offset, seed, 0, BLOCK_BYTES);
    mix(tag, tagOffset);
  }

  /** Absorbs an encrypted, padded frame body and writes its tag. */
  void body(byte[] body, int offset, int length, byte[] tag, int tagOffset) {
    state.absorb(body, offset, length);
    peek();
    System.arraycopy(digest, 0, seed, 0, BLOCK_BYTES);
    mix(tag, tagOffset);
  }

  /** Encrypts the digest, combines it with the seed, absorbs that and takes the new digest. */
  private void mix(byte[] tag, int tagOffset) {
    try {
      aes.update(digest, 0, BLOCK_BYTES, digest, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("one block always fits", e);
    }
    for (int i = 0; i < BLOCK_BYTES; i++) {
      seed[i] ^= digest[i];
    }
    state.absorb(seed, 0, BLOCK_BYTES);
    peek();
    System.arraycopy(digest, 0, tag, tagOffset, TAG_BYTES);
  }

  private void peek() {
    state.digest(digest, 0);
  }
}
