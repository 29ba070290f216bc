package io.lesnode.primitives.crypto;

import fr.acinq.secp256k1.Secp256k1Exception;
import java.util.Arrays;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** libsecp256k1 through ACINQ's JNI binding. */
final class NativeSecp256k1 implements Secp256k1 {
  private final fr.acinq.secp256k1.Secp256k1 library;

  NativeSecp256k1(fr.acinq.secp256k1.Secp256k1 library) {
    this.library = library;
  }

  @Override
  public String name() {
    return "libsecp256k1";
  }

  @Override
  public Bytes publicKey(Bytes32 secret) {
    if (!Secp256k1.isValidSecret(secret)) {
      throw new IllegalArgumentException("the secret is not in 1 … order - 1");
    }
    return Bytes.wrap(library.pubkeyCreate(secret.toArrayUnsafe()), 1, 64);
  }

  @Override
  public Signature sign(Bytes32 digest, Bytes32 secret, Bytes publicKey) {
    byte[] message = digest.toArrayUnsafe();
    byte[] compact = library.sign(message, secret.toArrayUnsafe());
    byte[] expected = publicKey.toArrayUnsafe();
    // One of both parities recovers the key, so that looking at one is enough: it costs more than
    // signing. The other is looked at where assertions are on.
    int parity = matches(compact, message, 0, expected) ? 0 : 1;
    assert parity == 0 || matches(compact, message, 1, expected) : "not the secret's public key";
    return new Signature(
        UInt256.fromBytes(Bytes.wrap(compact, 0, 32)),
        UInt256.fromBytes(Bytes.wrap(compact, 32, 32)),
        parity);
  }

  private boolean matches(byte[] compact, byte[] message, int parity, byte[] expected) {
    try {
      byte[] point = library.ecdsaRecover(compact, message, parity);
      return Arrays.equals(point, 1, 65, expected, 0, 64);
    } catch (Secp256k1Exception otherParity) {
      return false;
    }
  }

  @Override
  public Optional<Bytes> recover(Bytes32 digest, Signature signature) {
    try {
      byte[] point =
          library.ecdsaRecover(
              signature.toBytes64().toArrayUnsafe(), digest.toArrayUnsafe(), signature.yParity());
      return Optional.of(Bytes.wrap(point, 1, 64));
    } catch (Secp256k1Exception noSuchKey) {
      return Optional.empty();
    }
  }

  @Override
  public boolean verify(Bytes32 digest, Bytes signature64, Bytes publicKey) {
    if (signature64.size() != 64 || publicKey.size() != 64) {
      return false;
    }
    try {
      return library.verify(
          signature64.toArrayUnsafe(), digest.toArrayUnsafe(), uncompressed(publicKey));
    } catch (Secp256k1Exception invalid) {
      return false;
    }
  }

  @Override
  public Bytes32 ecdh(Bytes32 secret, Bytes publicKey) {
    try {
      byte[] point = library.pubKeyTweakMul(uncompressed(publicKey), secret.toArrayUnsafe());
      return Bytes32.wrap(point, 1);
    } catch (Secp256k1Exception badPoint) {
      throw new IllegalArgumentException("not a point of secp256k1", badPoint);
    }
  }

  private static byte[] uncompressed(Bytes publicKey) {
    if (publicKey.size() != 64) {
      throw new IllegalArgumentException(
          "a public key has 64 bytes, these are " + publicKey.size());
    }
    byte[] point = new byte[65];
    point[0] = 4;
    System.arraycopy(publicKey.toArrayUnsafe(), 0, point, 1, 64);
    return point;
  }
}
