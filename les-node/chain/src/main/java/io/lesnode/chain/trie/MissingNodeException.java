package io.lesnode.chain.trie;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A node that the trie refers to is not in its source: a pruned state, an incomplete proof, or a
 * light client that has not fetched it yet. After it was thrown by a change (put or remove) the
 * trie object is to be dropped; after a read the trie is still good.
 */
public final class MissingNodeException extends RuntimeException {

  private final Bytes32 hash;
  private final Bytes path;

  MissingNodeException(Bytes32 hash, Bytes path) {
    super("missing trie node " + hash.toHexString() + " at path " + text(path));
    this.hash = hash;
    this.path = path;
  }

  /** Keccak-256 of the node that is missing. */
  public Bytes32 hash() {
    return hash;
  }

  /** Where in the trie the node stands: one nibble of the key per byte, empty for the root. */
  public Bytes path() {
    return path;
  }

  private static String text(Bytes path) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < path.size(); i++) {
      out.append(Character.forDigit(path.get(i), 16));
    }
    return out.append(']').toString();
  }
}
