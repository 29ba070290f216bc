package io.lesnode.les.client.access;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Decides what to fetch after each run on a {@link SpeculativeState} that missed something. It
 * ends: the rounds are bounded, and after the last one the execution runs directly, fetching each
 * piece where it is read, as geth's light client always does. One execution, one thread.
 */
public final class Rounds {
  /**
   * Reads that depend on each other in a longer chain (a linked list in storage) gain nothing from
   * running again from the start.
   */
  public static final int MAX_ROUNDS = 16;

  private final List<StateItem> suspected;
  private int rounds;

  /** How to go on. */
  public sealed interface Step {
    /** Fetch these, then run again. */
    record Fetch(List<StateItem> items) implements Step {}

    /** Run once more, fetching each piece where it is read. */
    record Direct() implements Step {}
  }

  /**
   * Before the first run.
   *
   * @param suspected what will presumably be read; not worth a round trip of its own, so it goes
   *     with the first one that is needed anyway
   */
  public Rounds(List<StateItem> suspected) {
    this.suspected = List.copyOf(suspected);
  }

  /** Something is missing: foreseen before the first run, or missed by a run. */
  public Step next(List<StateItem> missing) {
    if (missing.isEmpty()) {
      throw new IllegalArgumentException("a run that missed nothing is the last one");
    }
    rounds++;
    if (rounds > MAX_ROUNDS) {
      return new Step.Direct();
    }
    if (rounds > 1) {
      return new Step.Fetch(missing);
    }
    Set<StateItem> all = new LinkedHashSet<>(missing);
    all.addAll(suspected);
    return new Step.Fetch(List.copyOf(all));
  }
}
