package io.lesnode.chain.store;

/** Which states a full node keeps (geth's {@code --gcmode}). */
public enum GcMode {
  /** The states of the most recent blocks. */
  FULL,
  /** Every state since the mode was chosen. */
  ARCHIVE
}
