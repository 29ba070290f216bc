package io.lesnode.primitives.config;

/** Which engine seals the blocks of a chain before the Merge. */
public sealed interface ConsensusConfig {
  /** Proof of work. */
  record Ethash() implements ConsensusConfig {}

  /**
   * Proof of authority (EIP-225).
   *
   * @param periodSeconds the least time between blocks; 0 seals on demand
   * @param epochLength after how many blocks votes are dropped and the signers written out
   */
  record Clique(long periodSeconds, long epochLength) implements ConsensusConfig {
    /** Applies geth's default epoch of 30,000 for zero. */
    public Clique {
      if (periodSeconds < 0 || epochLength < 0) {
        throw new IllegalArgumentException("clique period and epoch must not be negative");
      }
      epochLength = epochLength == 0 ? 30_000 : epochLength;
    }
  }
}
