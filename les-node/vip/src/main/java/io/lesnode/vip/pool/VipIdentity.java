package io.lesnode.vip.pool;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Signer;
import io.lesnode.payment.SignerException;
import io.lesnode.payment.SigningRequest;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.vipnode.wire.MethodEntry;
import io.lesnode.vipnode.wire.Role;
import io.lesnode.vipnode.wire.VipCapability;
import io.lesnode.vipnode.wire.VipMessage.Status;
import io.lesnode.vipnode.wire.VipSignatures;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Who we are towards peers of vip/1: a node key, an account, a chain. Thread-safe.
 *
 * @param nodeKey signs joins, grants, usage and receipts
 * @param account signs the binding of node and account; empty for a node without money
 * @param chainId of signatures and transactions
 * @param genesisHash the chain
 */
public record VipIdentity(
    KeyPair nodeKey, Optional<Signer> account, UInt256 chainId, Bytes32 genesisHash) {

  /** Our node id. */
  public Bytes32 id() {
    return Keccak.keccak256(nodeKey.publicKey());
  }

  /** A signature of the node key, {@code r‖s‖v}. */
  public Bytes sign(Bytes32 digest) {
    return nodeKey.sign(digest).toBytes65();
  }

  /** The account, if there is one. */
  public Optional<Address> payAddress() {
    return account.map(Signer::address);
  }

  /**
   * Our Status for a peer; may block on the signer.
   *
   * @throws SignerException if the account's key did not sign
   */
  public Status status(Bytes32 peer, Role role, List<MethodTerms> methods, long nowSeconds)
      throws SignerException {
    List<MethodEntry> entries = methods.stream().map(MethodEntry::of).toList();
    Bytes binding = Bytes.EMPTY;
    if (account.isPresent()) {
      Signer signer = account.get();
      Bytes32 digest =
          VipSignatures.bindDigest(
              chainId, id(), peer, signer.address(), VipSignatures.contractSetHash(entries));
      binding =
          signer
              .sign(
                  new SigningRequest(
                      SigningRequest.Kind.DIGEST,
                      digest,
                      Bytes.EMPTY,
                      "that this node uses account " + signer.address()))
              .toBytes65();
    }
    return new Status(
        VipCapability.VERSION,
        chainId,
        genesisHash,
        role.bit(),
        payAddress(),
        nowSeconds,
        entries,
        binding);
  }

  /**
   * Who a peer is by its Status.
   *
   * @return empty if the account that it names did not sign for it and us
   */
  public Optional<Counterparty> counterparty(Bytes32 peerId, Bytes peerKey, Status status) {
    if (status.payAddress().isEmpty()) {
      return Optional.of(new Counterparty(peerId, peerKey, Optional.empty()));
    }
    Address address = status.payAddress().get();
    Bytes32 digest =
        VipSignatures.bindDigest(
            chainId, peerId, id(), address, VipSignatures.contractSetHash(status.methods()));
    return VipSignatures.isSignedByAccount(digest, status.bindSignature(), address)
        ? Optional.of(new Counterparty(peerId, peerKey, Optional.of(address)))
        : Optional.empty();
  }
}
