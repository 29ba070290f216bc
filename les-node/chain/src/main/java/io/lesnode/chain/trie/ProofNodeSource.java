package io.lesnode.chain.trie;

import io.lesnode.primitives.crypto.Keccak;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * A flat set of trie nodes from a peer, found by the hash of what they really are, so that no node
 * can pass for another. Remembers which were asked for: what a proof never needed is a reason to
 * refuse the whole answer. Several keys, also of several tries, can be verified against one set.
 * Confined to one thread.
 */
public final class ProofNodeSource implements NodeSource {

  private final Map<Bytes32, Bytes> nodes;
  private final Set<Bytes32> used = new HashSet<>();

  /**
   * Takes nodes as their RLP encodings, in any order; a node given twice counts once (as in geth
   * light/nodeset.go). The caller has bounded their number and size.
   */
  public ProofNodeSource(Collection<Bytes> encodedNodes) {
    nodes = HashMap.newHashMap(encodedNodes.size());
    for (Bytes encoded : encodedNodes) {
      nodes.put(Keccak.keccak256(encoded), encoded);
    }
  }

  @Override
  public @Nullable Bytes node(Bytes32 hash) {
    Bytes encoded = nodes.get(hash);
    if (encoded != null) {
      used.add(hash);
    }
    return encoded;
  }

  /** How many different nodes the set has. */
  public int size() {
    return nodes.size();
  }

  /** The hashes of the nodes that were read. */
  public Set<Bytes32> used() {
    return Set.copyOf(used);
  }

  /** How many nodes were never read. */
  public int unusedCount() {
    return nodes.size() - used.size();
  }

  /** The nodes that were read, for a cache of verified data. */
  public Map<Bytes32, Bytes> usedNodes() {
    Map<Bytes32, Bytes> read = HashMap.newHashMap(used.size());
    nodes.forEach(
        (hash, encoded) -> {
          if (used.contains(hash)) {
            read.put(hash, encoded);
          }
        });
    return read;
  }
}
