package io.lesnode.primitives.config;

/** The protocol upgrades in order of activation; each includes all before it. */
public enum Fork {
  /** The first rules. */
  FRONTIER,
  /** EIP-2, 7, 8. */
  HOMESTEAD,
  /** EIP-150. */
  TANGERINE_WHISTLE,
  /** EIP-158/161, 160, 170; EIP-155 has a block of its own in geth's configuration. */
  SPURIOUS_DRAGON,
  /** EIP-100, 140, 196, 197, 198, 211, 214, 649, 658. */
  BYZANTIUM,
  /** EIP-145, 1014, 1052, 1234, 1283. */
  CONSTANTINOPLE,
  /** Constantinople without EIP-1283. */
  PETERSBURG,
  /** EIP-152, 1108, 1344, 1884, 2028, 2200. */
  ISTANBUL,
  /** EIP-2384. */
  MUIR_GLACIER,
  /** EIP-2565, 2718, 2929, 2930. */
  BERLIN,
  /** EIP-1559, 3198, 3529, 3541, 3554. */
  LONDON,
  /** EIP-4345. */
  ARROW_GLACIER,
  /** EIP-5133. */
  GRAY_GLACIER,
  /** EIP-3675, 4399: the Merge. */
  PARIS,
  /** EIP-3651, 3855, 3860, 4895. */
  SHANGHAI,
  /** EIP-1153, 4788, 4844, 5656, 6780, 7516. */
  CANCUN;

  /** Whether this fork is the other one or later. */
  public boolean isAtLeast(Fork other) {
    return compareTo(other) >= 0;
  }
}
