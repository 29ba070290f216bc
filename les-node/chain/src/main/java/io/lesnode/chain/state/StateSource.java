package io.lesnode.chain.state;

import io.lesnode.chain.trie.NodeSource;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/** Where a state reads trie nodes and code from: a store, a snapshot of it, a set of proofs. */
public interface StateSource {

  /** The nodes of the account trie. */
  NodeSource accountNodes();

  /**
   * The nodes of the storage trie of one account.
   *
   * @param accountHash Keccak-256 of the address
   */
  NodeSource storageNodes(Bytes32 accountHash);

  /** The code with this Keccak-256, or null where this source does not have it. */
  @Nullable Bytes code(Bytes32 codeHash);
}
