package io.lesnode.chain.trie;

import org.apache.tuweni.bytes.Bytes;

/** Told what a walk over a trie meets, in key order, a node before what is below it. */
public interface TrieVisitor {

  /**
   * A node that stands under its own hash.
   *
   * @param path where it stands, one nibble per byte
   */
  default void onNode(Bytes path, StoredNode node) {}

  /** A key (as the trie has it: hashed in a secure trie) and its value. */
  default void onValue(Bytes key, Bytes value) {}
}
