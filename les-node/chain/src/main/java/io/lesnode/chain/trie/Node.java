package io.lesnode.chain.trie;

import org.jspecify.annotations.Nullable;

/**
 * A node of a trie in memory. It belongs to one trie object, which changes it in place; a changed
 * node forgets its encoding, so that clean parts are never encoded again.
 */
abstract sealed class Node {

  /** The encoding, or null where the node was changed after it was made or read. */
  byte @Nullable [] encoded;

  /** Keccak-256 of the encoding where it was needed (32 bytes or more, or a root), else null. */
  byte @Nullable [] hash;

  /** Whether the node source has this node under its hash. */
  boolean stored;

  /** A child that has not been read yet, known by its hash. */
  static final class Reference extends Node {
    final byte[] target;

    Reference(byte[] target) {
      this.target = target;
    }
  }

  /** The rest of a key and its value. */
  static final class Leaf extends Node {
    byte[] path;
    byte[] value;

    Leaf(byte[] path, byte[] value) {
      this.path = path;
      this.value = value;
    }
  }

  /** One or more nibbles that all keys below share; the child is a branch. */
  static final class Extension extends Node {
    byte[] path;
    Node child;

    Extension(byte[] path, Node child) {
      this.path = path;
      this.child = child;
    }
  }

  /** Sixteen children, at least two entries in use (the value counts as one). */
  static final class Branch extends Node {
    static final int WIDTH = 16;

    final @Nullable Node[] children = new @Nullable Node[WIDTH];
    byte @Nullable [] value;
  }
}
