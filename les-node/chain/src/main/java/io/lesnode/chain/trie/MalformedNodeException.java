package io.lesnode.chain.trie;

/** Bytes that are not the one canonical encoding of a trie node. */
public final class MalformedNodeException extends RuntimeException {

  MalformedNodeException(String reason) {
    super("malformed trie node: " + reason);
  }
}
