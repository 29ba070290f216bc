package io.lesnode.les.client;

import io.lesnode.evm.state.MissingStateException;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.client.access.KnownState;
import io.lesnode.les.client.access.StateItem;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.Collection;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The state after a block, fetched and verified piece by piece as it is read. Every method blocks
 * its caller until the piece is here, so it must never be called on the client loop. What cannot be
 * had ends in {@link MissingStateException} with a {@link RetrievalException} as cause.
 */
final class OnDemandState implements StateReader {
  private final OnDemandProofs proofs;
  private final BlockHeader header;
  private final Awaiter awaiter;
  private final KnownState known;

  OnDemandState(OnDemandProofs proofs, BlockHeader header, Awaiter awaiter, KnownState known) {
    this.proofs = proofs;
    this.header = header;
    this.awaiter = awaiter;
    this.known = known;
  }

  /** Fetches several pieces at once, because they will be needed. */
  void prefetch(Collection<? extends StateItem> items) {
    Retrieval<KnownState> fetched = awaiter.await(proofs.fetch(header, known, items));
    if (fetched instanceof Retrieval.Failed<KnownState>(RetrievalFailure failure)) {
      throw new MissingStateException(
          "state is missing: " + failure.message(), new RetrievalException(failure));
    }
  }

  private void require(StateItem item) {
    if (!known.has(item)) {
      prefetch(List.of(item));
    }
  }

  @Override
  public @Nullable Account account(Address address) {
    require(new StateItem.OfAccount(address));
    return known.account(address);
  }

  @Override
  public Bytes code(Address address, Bytes32 codeHash) {
    require(new StateItem.OfCode(address));
    return known.code(address);
  }

  @Override
  public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
    StateItem.OfSlot item = new StateItem.OfSlot(address, slot);
    require(item);
    return known.slot(item);
  }

  /** The key of a slot in a storage trie. */
  static Bytes32 slotHash(UInt256 slot) {
    return Keccak.keccak256(slot);
  }

  static UInt256 decodeSlot(Bytes encoded) {
    return RlpReader.decode(encoded, RlpReader::readUInt256);
  }
}
