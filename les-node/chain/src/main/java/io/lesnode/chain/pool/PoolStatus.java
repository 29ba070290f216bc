package io.lesnode.chain.pool;

/** What a pool knows of a transaction; the ordinals are those of the LES status message. */
public enum PoolStatus {
  /** Not in the pool. */
  UNKNOWN,
  /** In the pool, but an earlier nonce of its sender is missing. */
  QUEUED,
  /** In the pool and executable on the current head. */
  PENDING
}
