package io.lesnode.chain.blocks;

/** What became of a block that was handed to the chain. */
public enum ImportOutcome {
  /** It is the new head, a child of the old one. */
  EXTENDED,
  /** It is the new head, and blocks of the old chain were dropped. */
  REORGANISED,
  /** It is stored beside the canonical chain, which is heavier. */
  SIDE,
  /** It was here before. */
  KNOWN
}
