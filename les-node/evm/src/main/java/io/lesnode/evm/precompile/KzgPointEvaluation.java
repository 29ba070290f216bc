package io.lesnode.evm.precompile;

import ethereum.ckzg4844.CKZG4844JNI;
import ethereum.ckzg4844.CKZGException;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Verifies that the polynomial behind a blob commitment takes a value at a point, at address 10
 * (EIP-4844). Input: versioned hash, point, value (32 bytes each), commitment, proof (48 each).
 */
final class KzgPointEvaluation implements Precompile {
  private static final int INPUT_BYTES = 192;
  private static final int VERSION = 1;

  /** Field elements per blob and the modulus of the scalar field, a word each. */
  private static final Bytes SUCCESS =
      Bytes.concatenate(
          Bytes32.leftPad(Bytes.ofUnsignedInt(CKZG4844JNI.FIELD_ELEMENTS_PER_BLOB)),
          Bytes32.leftPad(Bytes.wrap(CKZG4844JNI.BLS_MODULUS.toByteArray()).trimLeadingZeros()));

  @Override
  public long gas(Bytes input) {
    return 50000;
  }

  @Override
  public Bytes run(Bytes input) throws PrecompileException {
    if (input.size() != INPUT_BYTES) {
      throw new PrecompileException("invalid input length");
    }
    byte[] commitment = input.slice(96, 48).toArray();
    if (!input.slice(0, 32).equals(versionedHash(commitment))) {
      throw new PrecompileException("mismatched versioned hash");
    }
    byte[] point = input.slice(32, 32).toArray();
    byte[] value = input.slice(64, 32).toArray();
    byte[] proof = input.slice(144, 48).toArray();
    if (!verify(commitment, point, value, proof)) {
      throw new PrecompileException("invalid kzg proof");
    }
    return SUCCESS;
  }

  private static boolean verify(byte[] commitment, byte[] point, byte[] value, byte[] proof) {
    KzgTrustedSetup.load();
    try {
      return CKZG4844JNI.verifyKzgProof(commitment, point, value, proof);
    } catch (CKZGException e) {
      // not canonical field elements, or no points of the group
      return false;
    }
  }

  private static Bytes versionedHash(byte[] commitment) {
    byte[] hash = Sha256.hash(commitment);
    hash[0] = VERSION;
    return Bytes.wrap(hash);
  }
}
