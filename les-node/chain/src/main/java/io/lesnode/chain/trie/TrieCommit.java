package io.lesnode.chain.trie;

import java.util.List;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What a commit changes in the set of stored nodes. Both lists count positions in the trie: a node
 * that stands at two places is listed twice, so that a store that counts references stays exact. A
 * node that was displaced and created again in the same commit is in neither list.
 *
 * @param root the root hash after the commit
 * @param inserted nodes of the new trie that were not at their place in the old one, children first
 * @param removed hashes of stored nodes of the old trie that are not at their place in the new one
 */
public record TrieCommit(Bytes32 root, List<StoredNode> inserted, List<Bytes32> removed) {

  public TrieCommit {
    inserted = List.copyOf(inserted);
    removed = List.copyOf(removed);
  }
}
