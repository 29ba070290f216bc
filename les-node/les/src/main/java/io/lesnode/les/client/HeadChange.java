package io.lesnode.les.client;

import io.lesnode.primitives.BlockHeader;
import java.util.List;

/**
 * A move of the light client's head, after it is stored. Both lists are linked, oldest first and
 * newest last, and begin above the last header that the old and the new chain have in common.
 * Immutable.
 *
 * <p>During a long synchronisation there is one change per batch of headers; of a branch longer
 * than {@link #MAX_LISTED} the newest headers are listed and the older ones are counted, so that a
 * listener who keeps books knows that it has to start over.
 *
 * @param head the head from now on: the last of {@code adopted} or, after a rollback, an ancestor
 *     of the old head
 * @param retracted headers that were canonical and are no longer; empty unless the chain forked or
 *     was rolled back
 * @param adopted headers that are canonical from now on; empty after a rollback
 * @param retractedLeftOut how many older retracted headers are not listed
 * @param adoptedLeftOut how many older adopted headers are not listed
 */
public record HeadChange(
    BlockHeader head,
    List<BlockHeader> retracted,
    List<BlockHeader> adopted,
    long retractedLeftOut,
    long adoptedLeftOut) {

  /**
   * The longest list: some batches of a synchronisation, far more than any usual reorganisation.
   */
  public static final int MAX_LISTED = 1024;

  /** Copies the lists. */
  public HeadChange {
    retracted = List.copyOf(retracted);
    adopted = List.copyOf(adopted);
  }

  /**
   * Of two branches of any length.
   *
   * @param retracted its newest headers, at most {@link #MAX_LISTED}
   * @param retractedCount how many there are in all
   * @param adopted all of them, or the newest
   * @param adoptedCount how many there are in all
   */
  static HeadChange of(
      BlockHeader head,
      List<BlockHeader> retracted,
      long retractedCount,
      List<BlockHeader> adopted,
      long adoptedCount) {
    List<BlockHeader> oldBranch = newest(retracted);
    List<BlockHeader> newBranch = newest(adopted);
    return new HeadChange(
        head,
        oldBranch,
        newBranch,
        retractedCount - oldBranch.size(),
        adoptedCount - newBranch.size());
  }

  private static List<BlockHeader> newest(List<BlockHeader> branch) {
    return branch.subList(Math.max(0, branch.size() - MAX_LISTED), branch.size());
  }

  /** Whether headers were taken back. */
  public boolean isReorg() {
    return !retracted.isEmpty();
  }

  /** Whether the lists name every header that changed. */
  public boolean isComplete() {
    return retractedLeftOut == 0 && adoptedLeftOut == 0;
  }
}
