package io.lesnode.chain.trie;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Checks Merkle proofs from strangers against a root that we trust. The path is followed by hash
 * from the root, so that nothing in the set can lead elsewhere; the number of nodes read is bounded
 * by the length of the key.
 */
public final class ProofVerifier {

  private ProofVerifier() {}

  /**
   * Verifies one key against nodes that were sent for it alone.
   *
   * @param root the trusted root; the empty root proves every absence without a node
   * @param key the key as it stands in the trie (for a secure trie: hashed)
   * @param nodes RLP encodings in any order
   */
  public static ProofOutcome verify(Bytes32 root, Bytes key, Collection<Bytes> nodes) {
    return verify(root, key, new ProofNodeSource(nodes));
  }

  /**
   * Verifies one key against a node set that can serve several; the nodes used by this key are in
   * the outcome, those used by any key in {@link ProofNodeSource#used}.
   */
  public static ProofOutcome verify(Bytes32 root, Bytes key, ProofNodeSource nodes) {
    Set<Bytes32> used = new HashSet<>();
    NodeSource traced =
        hash -> {
          used.add(hash);
          return nodes.node(hash);
        };
    try {
      Bytes value = new MerklePatriciaTrie(traced, root).get(key);
      return value == null
          ? new ProofOutcome.Excluded(Set.copyOf(used))
          : new ProofOutcome.Included(value, Set.copyOf(used));
    } catch (MissingNodeException | MalformedNodeException invalid) {
      return new ProofOutcome.Invalid(String.valueOf(invalid.getMessage()));
    }
  }
}
