package io.lesnode.benchmarks.sim.engine;

/**
 * Counters of a group at one moment, or between two.
 *
 * @param attempts connections that were tried
 * @param refused connections that the server ended before it served them
 * @param dropped connections that the server ended later
 * @param sent requests
 * @param answered requests
 * @param servedCost what the answered ones cost
 * @param freezes clients that the server froze
 * @param stops that clients heard of
 * @param voided requests that were void when a client was stopped
 * @param givenUp requests that never left because too many waited
 */
record GroupCounters(
    long attempts,
    long refused,
    long dropped,
    long sent,
    long answered,
    long servedCost,
    long freezes,
    long stops,
    long voided,
    long givenUp) {

  static final GroupCounters ZERO = new GroupCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  GroupCounters plus(GroupCounters other) {
    return new GroupCounters(
        attempts + other.attempts,
        refused + other.refused,
        dropped + other.dropped,
        sent + other.sent,
        answered + other.answered,
        servedCost + other.servedCost,
        freezes + other.freezes,
        stops + other.stops,
        voided + other.voided,
        givenUp + other.givenUp);
  }

  GroupCounters minus(GroupCounters other) {
    return new GroupCounters(
        attempts - other.attempts,
        refused - other.refused,
        dropped - other.dropped,
        sent - other.sent,
        answered - other.answered,
        servedCost - other.servedCost,
        freezes - other.freezes,
        stops - other.stops,
        voided - other.voided,
        givenUp - other.givenUp);
  }
}
