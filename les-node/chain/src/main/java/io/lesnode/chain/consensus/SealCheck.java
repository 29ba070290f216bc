package io.lesnode.chain.consensus;

/** Whether proof-of-work seals are verified. Clique signatures always are: they are the signers. */
public enum SealCheck {
  /** Every seal must hold. */
  FULL,
  /**
   * Mix hash and nonce may be anything, as with geth's {@code --fakepow}; all else still counts.
   */
  SKIP
}
