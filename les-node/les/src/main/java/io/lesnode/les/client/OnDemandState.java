package io.lesnode.les.client;

import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.Question.StateKey;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The state after a block, fetched and verified piece by piece as the EVM reads it. Every method
 * blocks its caller until the piece is here, so it must never be called on the client loop. What
 * cannot be had ends in {@link MissingStateException} with a {@link RetrievalException} as cause.
 */
final class OnDemandState implements StateReader {
  private final OnDemandProofs proofs;
  private final BlockHeader header;
  private final Awaiter awaiter;

  OnDemandState(OnDemandProofs proofs, BlockHeader header, Awaiter awaiter) {
    this.proofs = proofs;
    this.header = header;
    this.awaiter = awaiter;
  }

  /** Fetches several accounts at once, because they will be needed; one round trip for all. */
  void prefetch(Collection<Address> addresses) {
    List<StateKey> keys =
        addresses.stream().distinct().map(address -> new StateKey(address, null)).toList();
    unwrap("accounts", awaiter.await(proofs.entries(header, header.stateRoot(), keys)));
  }

  @Override
  public @Nullable Account account(Address address) {
    Optional<Bytes> value = entry(header.stateRoot(), new StateKey(address, null));
    return value.map(encoded -> decodeAccount(address, encoded)).orElse(null);
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    return unwrap("code of " + address, awaiter.await(proofs.code(header, address, codeHash)));
  }

  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    StateKey key = new StateKey(address, slotHash(slot));
    return entry(storageRoot, key).map(OnDemandState::decodeSlot).orElse(UInt256.ZERO);
  }

  private Optional<Bytes> entry(Bytes32 root, StateKey key) {
    return unwrap(
            "state of " + key.address(), awaiter.await(proofs.entries(header, root, List.of(key))))
        .getFirst();
  }

  private static <T> T unwrap(String what, Retrieval<T> retrieval) {
    return switch (retrieval) {
      case Retrieval.Retrieved<T>(T value) -> value;
      case Retrieval.Failed<T>(RetrievalFailure failure) ->
          throw new MissingStateException(
              what + " is missing: " + failure.message(), new RetrievalException(failure));
    };
  }

  /** The key of a slot in a storage trie. */
  static Bytes32 slotHash(UInt256 slot) {
    return Keccak.keccak256(slot);
  }

  static Account decodeAccount(Address address, Bytes encoded) {
    try {
      return Account.decode(encoded);
    } catch (RlpException e) {
      throw new IllegalStateException("a verified account is malformed: " + address, e);
    }
  }

  static UInt256 decodeSlot(Bytes encoded) {
    return RlpReader.decode(encoded, RlpReader::readUInt256);
  }
}
