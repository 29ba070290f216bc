package io.lesnode.chain.trie;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Trie nodes in memory, never forgotten: for roots that nobody keeps, and for tests. Thread-safe.
 */
public final class MemoryNodes implements NodeSource {

  private final Map<Bytes32, Bytes> nodes = new ConcurrentHashMap<>();

  @Override
  public @Nullable Bytes node(Bytes32 hash) {
    return nodes.get(hash);
  }

  /** Adds one node. */
  public void add(StoredNode node) {
    nodes.put(node.hash(), node.encoded());
  }

  /** Adds the nodes that a commit inserted and keeps those that it removed. */
  public void add(TrieCommit commit) {
    commit.inserted().forEach(this::add);
  }

  /** How many different nodes are here. */
  public int size() {
    return nodes.size();
  }
}
