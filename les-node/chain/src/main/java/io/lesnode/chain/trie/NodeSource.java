package io.lesnode.chain.trie;

import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * Where a trie reads its nodes from: an encoded node by the Keccak-256 of its encoding. The caller
 * does not change what it gets, the source does not change what it gave.
 */
@FunctionalInterface
public interface NodeSource {

  /**
   * The encoded node.
   *
   * @param hash Keccak-256 of the encoding
   * @return the encoding, or null where this source does not have it
   */
  @Nullable Bytes node(Bytes32 hash);

  /** A source without nodes: a trie over it starts empty. */
  static NodeSource empty() {
    return hash -> null;
  }
}
