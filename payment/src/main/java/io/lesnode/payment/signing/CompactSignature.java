package io.lesnode.payment.signing;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.bytes.MutableBytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * A signature in 64 bytes: r, then s with the parity in its highest bit (EIP-2098). Only the one
 * form that a signer makes can be built: r and s are in range and s is low (EIP-2), so that a
 * signature has no second spelling.
 *
 * @param bytes exactly 64 bytes
 */
public record CompactSignature(Bytes bytes) {
  /** The length in bytes. */
  public static final int SIZE_BYTES = 64;

  private static final int PARITY_BIT = 0x80;

  /** Checks length and ranges; {@link IllegalArgumentException} says what is wrong. */
  public CompactSignature {
    if (bytes.size() != SIZE_BYTES) {
      throw new IllegalArgumentException(
          "a compact signature has 64 bytes, these are " + bytes.size());
    }
    bytes = Bytes.wrap(bytes.toArray());
    requireScalar("r", UInt256.fromBytes(bytes.slice(0, 32)), false);
    requireScalar("s", scalarS(bytes), true);
  }

  /**
   * The compact form; {@link IllegalArgumentException} if s is high or a scalar is out of range.
   */
  public static CompactSignature of(Signature signature) {
    requireScalar("s", signature.s(), true);
    MutableBytes bytes = MutableBytes.create(SIZE_BYTES);
    bytes.set(0, signature.r().toBytes());
    bytes.set(32, signature.s().toBytes());
    if (signature.yParity() == 1) {
      bytes.set(32, (byte) (bytes.get(32) | PARITY_BIT));
    }
    return new CompactSignature(bytes);
  }

  /** The form {@code r‖s‖v} with v of 27 or 28, as the first account book takes it. */
  public static CompactSignature ofBytes65WithV27(Bytes bytes) {
    int v = bytes.size() == 65 ? bytes.get(64) & 0xff : -1;
    if (v != 27 && v != 28) {
      throw new IllegalArgumentException("65 bytes that end with 27 or 28 are expected");
    }
    return of(
        new Signature(
            UInt256.fromBytes(bytes.slice(0, 32)), UInt256.fromBytes(bytes.slice(32, 32)), v - 27));
  }

  /** Which of the two points r stands for. */
  public int yParity() {
    return (bytes.get(32) & PARITY_BIT) == 0 ? 0 : 1;
  }

  /** The same with the other parity, which stands for another key. */
  public CompactSignature withOtherParity() {
    MutableBytes other = bytes.mutableCopy();
    other.set(32, (byte) (other.get(32) ^ PARITY_BIT));
    return new CompactSignature(other);
  }

  /** The first half, for a contract. */
  public Bytes32 r() {
    return Bytes32.wrap(bytes, 0);
  }

  /** The second half with the parity, for a contract. */
  public Bytes32 vs() {
    return Bytes32.wrap(bytes, 32);
  }

  /** Its parts. */
  public Signature toSignature() {
    return new Signature(UInt256.fromBytes(r()), scalarS(bytes), yParity());
  }

  /** The form {@code r‖s}, without the parity, which checking against a known key needs. */
  public Bytes toBytes64() {
    if (yParity() == 0) {
      return bytes;
    }
    MutableBytes plain = bytes.mutableCopy();
    plain.set(32, (byte) (plain.get(32) & ~PARITY_BIT));
    return plain;
  }

  /** The form {@code r‖s‖v} with v of 27 or 28. */
  public Bytes toBytes65WithV27() {
    return Bytes.concatenate(toBytes64(), Bytes.of(27 + yParity()));
  }

  /** The 64-byte public key that made it. */
  public Optional<Bytes> signerKey(Bytes32 digest) {
    return Secp256k1.instance().recover(digest, toSignature());
  }

  /** Whether the account made it; the zero address never did. */
  public boolean isBy(Address account, Bytes32 digest) {
    return !account.equals(Address.ZERO)
        && signerKey(digest).map(Address::ofPublicKey).filter(account::equals).isPresent();
  }

  private static UInt256 scalarS(Bytes bytes) {
    MutableBytes s = bytes.slice(32, 32).mutableCopy();
    s.set(0, (byte) (s.get(0) & ~PARITY_BIT));
    return UInt256.fromBytes(s);
  }

  private static void requireScalar(String name, UInt256 scalar, boolean low) {
    var number = scalar.toUnsignedBigInteger();
    var most = low ? Secp256k1.HALF_ORDER : Secp256k1.ORDER.subtract(java.math.BigInteger.ONE);
    if (number.signum() == 0 || number.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "the signature's " + name + " is " + (number.signum() == 0 ? "zero" : "too high"));
    }
  }
}
