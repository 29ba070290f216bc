package io.lesnode.les.client;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * An account with the Merkle proofs of it and of some of its storage, all verified: what {@code
 * eth_getProof} (EIP-1186) tells. geth's light client cannot answer it. Immutable.
 *
 * @param account the account, null if the state has none
 * @param nodes encoded trie nodes from the state root down
 */
public record AccountProof(
    Address address, @Nullable Account account, List<Bytes> nodes, List<StorageProof> storage) {

  /** Copies the lists. */
  public AccountProof {
    nodes = List.copyOf(nodes);
    storage = List.copyOf(storage);
  }

  /**
   * A storage slot with its proof.
   *
   * @param nodes encoded trie nodes from the storage root down; none where the storage is empty
   */
  public record StorageProof(UInt256 slot, UInt256 value, List<Bytes> nodes) {
    /** Copies the list. */
    public StorageProof {
      nodes = List.copyOf(nodes);
    }
  }
}
