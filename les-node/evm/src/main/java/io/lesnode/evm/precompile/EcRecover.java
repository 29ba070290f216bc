package io.lesnode.evm.precompile;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Who signed a digest, at address 1 (Yellow Paper, appendix E): digest, v, r and s as words; the
 * signer's address as a word, or nothing if the signature is not one.
 */
final class EcRecover implements Precompile {
  private static final UInt256 V_EVEN = UInt256.valueOf(27);
  private static final UInt256 V_ODD = UInt256.valueOf(28);

  @Override
  public long gas(Bytes input) {
    return 3000;
  }

  @Override
  public Bytes run(Bytes input) {
    byte[] padded = new byte[128];
    int length = Math.min(128, input.size());
    System.arraycopy(input.toArrayUnsafe(), 0, padded, 0, length);
    Bytes words = Bytes.wrap(padded);
    UInt256 v = UInt256.fromBytes(words.slice(32, 32));
    Bytes32 r = Bytes32.wrap(words, 64);
    Bytes32 s = Bytes32.wrap(words, 96);
    boolean valid =
        (v.equals(V_EVEN) || v.equals(V_ODD))
            && Secp256k1.isValidSecret(r)
            && Secp256k1.isValidSecret(s);
    if (!valid) {
      return Bytes.EMPTY;
    }
    Signature signature =
        new Signature(UInt256.fromBytes(r), UInt256.fromBytes(s), v.equals(V_ODD) ? 1 : 0);
    return Secp256k1.instance()
        .recover(Bytes32.wrap(words, 0), signature)
        .map(key -> (Bytes) Bytes32.leftPad(Address.ofPublicKey(key).bytes()))
        .orElse(Bytes.EMPTY);
  }
}
