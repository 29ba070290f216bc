package io.lesnode.devp2p.rlpx;

import io.lesnode.primitives.crypto.KeyPair;
import java.security.SecureRandom;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Everything random in a handshake, so that recorded handshakes can be replayed byte for byte.
 *
 * <p>The initiator draws a nonce, an ephemeral key and the padding, then an ECIES key and an
 * initialisation vector; the recipient an ephemeral key, a nonce, the padding, then an ECIES key
 * and a vector.
 */
public interface HandshakeRandom {
  /** A nonce of 32 bytes. */
  Bytes32 nonce();

  /** A fresh key pair: the ephemeral key of the session or of one ECIES packet. */
  KeyPair key();

  /** The initialisation vector of an ECIES packet, 16 bytes. */
  byte[] initialisationVector();

  /** How many bytes of padding to append; EIP-8 wants at least 100. */
  int paddingBytes();

  /** The source for real connections. */
  static HandshakeRandom secure(SecureRandom random) {
    return new HandshakeRandom() {
      @Override
      public Bytes32 nonce() {
        return Bytes32.wrap(bytes(32));
      }

      @Override
      public KeyPair key() {
        return KeyPair.generate(random);
      }

      @Override
      public byte[] initialisationVector() {
        return bytes(16);
      }

      @Override
      public int paddingBytes() {
        return 100 + random.nextInt(100);
      }

      private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
      }
    };
  }
}
