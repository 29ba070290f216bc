package io.lesnode.chain.state;

import io.lesnode.chain.trie.TrieCommit;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What one block changes in the set of stored state: a value, to be written in one batch with the
 * block.
 *
 * @param accounts the change of the account trie; its root is the state root
 * @param storages the changes of storage tries by Keccak-256 of the address
 * @param destroyed storage tries that fell out of the state as a whole
 * @param codes new code by its Keccak-256
 */
public record StateCommit(
    TrieCommit accounts,
    Map<Bytes32, TrieCommit> storages,
    List<DestroyedStorage> destroyed,
    Map<Bytes32, Bytes> codes) {

  public StateCommit {
    storages = Map.copyOf(storages);
    destroyed = List.copyOf(destroyed);
    codes = Map.copyOf(codes);
  }

  /** The state root after the block. */
  public Bytes32 root() {
    return accounts.root();
  }
}
