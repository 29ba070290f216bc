package io.lesnode.vipnode.pool;

/** What makes a host less likely to be offered; points that are forgotten with time. */
public enum HostFault {
  /** A client showed a grant and was not let in. */
  FAILED_ADMIT(400),
  /** It was further behind than allowed. */
  LAGGING(100),
  /** Its head is not of the chain that the pool verified, or a client caught a wrong answer. */
  BAD_PROOF(2_000),
  /** Its statement and a client's did not agree, or one was missing. */
  UNMATCHED_USAGE(300);

  private final int points;

  HostFault(int points) {
    this.points = points;
  }

  /** How bad it is, in the points of {@link HostBook}'s order. */
  public int points() {
    return points;
  }
}
