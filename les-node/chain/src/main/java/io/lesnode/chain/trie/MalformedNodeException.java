package io.lesnode.chain.trie;

import org.apache.tuweni.bytes.Bytes32;

/** Bytes that are not the one canonical encoding of a trie node. */
public final class MalformedNodeException extends RuntimeException {

  MalformedNodeException(String reason) {
    super("malformed trie node: " + reason);
  }

  MalformedNodeException(Bytes32 hash, MalformedNodeException cause) {
    super(cause.getMessage() + ", under the hash " + hash.toHexString(), cause);
  }
}
