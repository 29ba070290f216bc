package io.lesnode.primitives.crypto;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A recoverable ECDSA signature on secp256k1.
 *
 * @param r the x coordinate of the nonce point, modulo the order
 * @param s the proof scalar
 * @param yParity 0 or 1, which of the two points with x coordinate {@code r} was used
 */
public record Signature(UInt256 r, UInt256 s, int yParity) {
  /** Checks that the parity is a bit. */
  public Signature {
    if (yParity < 0 || yParity > 1) {
      throw new IllegalArgumentException("yParity must be 0 or 1, is " + yParity);
    }
  }

  /** Reads {@code r‖s‖v}, 65 bytes with v of 0 or 1, the form of devp2p and LES. */
  public static Signature fromBytes65(Bytes bytes) {
    if (bytes.size() != 65) {
      throw new IllegalArgumentException("a signature has 65 bytes, these are " + bytes.size());
    }
    return new Signature(
        UInt256.fromBytes(bytes.slice(0, 32)),
        UInt256.fromBytes(bytes.slice(32, 32)),
        bytes.get(64) & 0xff);
  }

  /** The form {@code r‖s‖v}, 65 bytes with v of 0 or 1. */
  public Bytes toBytes65() {
    return Bytes.concatenate(toBytes64(), Bytes.of(yParity));
  }

  /** The form {@code r‖s}, 64 bytes. */
  public Bytes toBytes64() {
    return Bytes.concatenate(r.toBytes(), s.toBytes());
  }
}
