package io.lesnode.chain.index;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What the signers of an oracle sign: EIP-191, version 0, with the oracle's address as validator
 * (geth les/checkpointoracle/oracle.go VerifySigners). Stateless.
 */
public final class CheckpointSignatures {

  private static final int SIGNATURE_BYTES = 65;
  private static final int LAST_BYTE = SIGNATURE_BYTES - 1;
  private static final int ETHEREUM_V = 27;

  private CheckpointSignatures() {}

  /** The digest that is signed for a checkpoint. */
  public static Bytes32 digest(Address contract, long sectionIndex, Bytes32 checkpointHash) {
    return Keccak.keccak256(
        Bytes.concatenate(
            Bytes.of(0x19, 0),
            contract.bytes(),
            Bytes.ofUnsignedLong(sectionIndex),
            checkpointHash));
  }

  /**
   * Which of the oracle's signers made these signatures.
   *
   * @param signatures {@code r‖s‖v}, v being 27 or 28; what is none is passed over
   */
  public static Set<Address> signers(
      OracleConfig oracle,
      long sectionIndex,
      Bytes32 checkpointHash,
      Collection<Bytes> signatures) {
    Bytes32 digest = digest(oracle.contract(), sectionIndex, checkpointHash);
    Set<Address> signers = new HashSet<>();
    for (Bytes signature : signatures) {
      signer(digest, signature).filter(oracle.signers()::contains).ifPresent(signers::add);
    }
    return signers;
  }

  /** Whether enough of the oracle's signers signed a checkpoint; each counts once. */
  public static boolean isApproved(
      OracleConfig oracle,
      long sectionIndex,
      Bytes32 checkpointHash,
      Collection<Bytes> signatures) {
    return signers(oracle, sectionIndex, checkpointHash, signatures).size() >= oracle.threshold();
  }

  private static Optional<Address> signer(Bytes32 digest, Bytes signature) {
    if (signature.size() != SIGNATURE_BYTES) {
      return Optional.empty();
    }
    int parity = (signature.get(LAST_BYTE) & 0xff) - ETHEREUM_V;
    if (parity < 0 || parity > 1) {
      return Optional.empty();
    }
    Bytes plain = Bytes.concatenate(signature.slice(0, LAST_BYTE), Bytes.of(parity));
    return Secp256k1.instance()
        .recover(digest, Signature.fromBytes65(plain))
        .map(Address::ofPublicKey);
  }
}
