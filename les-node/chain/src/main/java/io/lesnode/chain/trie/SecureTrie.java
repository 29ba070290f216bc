package io.lesnode.chain.trie;

import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A trie whose keys are the Keccak-256 of the keys that the caller names, as the state and the
 * storage tries are. Confined to one thread.
 */
public final class SecureTrie {

  private final MerklePatriciaTrie trie;

  /** The trie with this root; nothing is read before a key is. */
  public SecureTrie(NodeSource source, Bytes32 root) {
    this.trie = new MerklePatriciaTrie(source, root);
  }

  /** As {@link MerklePatriciaTrie#get}. */
  public @Nullable Bytes get(Bytes key) {
    return trie.get(Keccak.keccak256(key));
  }

  /** As {@link MerklePatriciaTrie#put}. */
  public void put(Bytes key, Bytes value) {
    trie.put(Keccak.keccak256(key), value);
  }

  /** As {@link MerklePatriciaTrie#remove}. */
  public void remove(Bytes key) {
    trie.remove(Keccak.keccak256(key));
  }

  /** As {@link MerklePatriciaTrie#prove(Bytes)}. */
  public List<Bytes> prove(Bytes key) {
    return trie.prove(Keccak.keccak256(key));
  }

  /** As {@link MerklePatriciaTrie#rootHash}. */
  public Bytes32 rootHash() {
    return trie.rootHash();
  }

  /** As {@link MerklePatriciaTrie#commit}. */
  public TrieCommit commit() {
    return trie.commit();
  }

  /** The trie over hashed keys, for callers that have the hash already. */
  public MerklePatriciaTrie byHash() {
    return trie;
  }
}
