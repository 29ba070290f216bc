package io.lesnode.benchmarks.sim.scenario;

/** When the clients of a group want to be connected; every kind is immutable. */
public sealed interface Arrival {

  /**
   * All come, and stay.
   *
   * @param startNanos when the first comes
   * @param rampNanos over which the rest follow evenly, 0: all at once
   * @param stayNanos how long each stays, 0: to the end
   */
  record Constant(long startNanos, long rampNanos, long stayNanos) implements Arrival {
    /** Checks ranges. */
    public Constant {
      check(startNanos >= 0 && rampNanos >= 0 && stayNanos >= 0);
    }
  }

  /**
   * All come together and go together, again and again.
   *
   * @param startNanos when first
   * @param everyNanos the distance of two beginnings
   * @param forNanos how long they stay; less than the distance
   */
  record Bursty(long startNanos, long everyNanos, long forNanos) implements Arrival {
    /** Checks ranges. */
    public Bursty {
      check(startNanos >= 0 && forNanos >= 1_000_000 && everyNanos > forNanos);
    }
  }

  /**
   * A city: how many are there follows day and night (a raised cosine, least at time 0).
   *
   * @param periodNanos the length of a day
   * @param leastPercent how many there are at night, of the whole group
   */
  record Diurnal(long periodNanos, int leastPercent) implements Arrival {
    /** Checks ranges. */
    public Diurnal {
      check(periodNanos >= 1_000_000_000L && leastPercent >= 0 && leastPercent <= 100);
    }
  }

  /**
   * Phones: each is awake and asleep in turns, for exponentially distributed times.
   *
   * @param awakeNanos on average
   * @param asleepNanos on average
   */
  record Mobile(long awakeNanos, long asleepNanos) implements Arrival {
    /** Checks ranges. */
    public Mobile {
      check(awakeNanos >= 1_000_000 && asleepNanos >= 1_000_000);
    }
  }

  /**
   * geth's client pool test: again and again one client of the group, drawn at random, goes if it
   * is connected and tries to come if it is not; whoever is refused or dropped waits to be drawn.
   *
   * @param everyNanos the distance of two draws
   * @param first how many clients are connected at the start
   * @param leaves whether one that is connected goes when drawn, or stays
   */
  record Toggle(long everyNanos, int first, boolean leaves) implements Arrival {
    /** Checks ranges. */
    public Toggle {
      check(everyNanos >= 1_000_000 && first >= 0);
    }
  }

  private static void check(boolean isPossible) {
    if (!isPossible) {
      throw new IllegalArgumentException(
          "times of an arrival are not negative, and a stay is shorter than what it repeats in");
    }
  }
}
