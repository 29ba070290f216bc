package io.lesnode.benchmarks.sim.scenario;

/** How much connected clients ask for; every kind is immutable. */
public sealed interface Demand {

  /** Nothing: they only hold a connection. */
  record Connect() implements Demand {}

  /**
   * Requests come up at a rate, whether or not answers are there; those that credit does not allow
   * yet wait at the client, and their latency counts from when they came up.
   *
   * @param rate of each client
   * @param random whether distances are exponentially distributed, or even
   */
  record OpenLoop(Rate rate, boolean random) implements Demand {}

  /**
   * As many requests as fit are on their way, the next as soon as one is answered and credit
   * allows.
   *
   * @param window how many at most, at least 1
   * @param thinkNanos between an answer and the next request
   */
  record ClosedLoop(int window, long thinkNanos) implements Demand {
    /** Checks ranges. */
    public ClosedLoop {
      if (window < 1 || window > 1_000 || thinkNanos < 0) {
        throw new IllegalArgumentException(
            "a window is 1 to 1,000 and thinking takes no negative time");
      }
    }
  }

  /**
   * geth's TestConstantTotalCapacity: some clients send as fast as their credit allows, now and
   * then another takes the place of one; besides, clients drawn at random send single requests.
   *
   * @param senders how many send as fast as they may
   * @param changeNanos after so long on average one of the places is drawn anew, 0: never
   * @param background single requests of the whole group: so many a second, 0: none
   */
  record Rotating(int senders, long changeNanos, long background) implements Demand {
    /** Checks ranges. */
    public Rotating {
      if (senders < 1 || changeNanos < 0 || background < 0 || background > 1_000_000) {
        throw new IllegalArgumentException(
            "one client at least sends, and at most 1,000,000/s single requests");
      }
    }
  }
}
