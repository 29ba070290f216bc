package io.lesnode.chain.trie;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/** What a set of nodes says about a key in the trie with a trusted root. */
public sealed interface ProofOutcome {

  /**
   * The key has this value.
   *
   * @param nodesUsed hashes of the nodes that prove it
   */
  record Included(Bytes value, Set<Bytes32> nodesUsed) implements ProofOutcome {}

  /**
   * The trie has no such key.
   *
   * @param nodesUsed hashes of the nodes that prove it; none for the empty trie
   */
  record Excluded(Set<Bytes32> nodesUsed) implements ProofOutcome {}

  /** The nodes prove nothing: one is missing on the way to the key, or is not a trie node. */
  record Invalid(String reason) implements ProofOutcome {}
}
