package io.lesnode.chain.store;

/**
 * What a light client fetched and verified; the number is part of the stored key and never changes.
 */
public enum VerifiedKind {
  /** A node of any trie, by its hash. */
  TRIE_NODE(1),
  /** Contract code, by its hash. */
  CODE(2),
  /** The RLP of a block body, by block hash. */
  BODY(3),
  /** The RLP list of a block's receipts in consensus form, by block hash. */
  RECEIPTS(4),
  /** Whatever else is proven by a hash: the bits of a bloom section, by a hash that names it. */
  BLOOM_BITS(5);

  private final int number;

  VerifiedKind(int number) {
    this.number = number;
  }

  byte number() {
    return (byte) number;
  }
}
