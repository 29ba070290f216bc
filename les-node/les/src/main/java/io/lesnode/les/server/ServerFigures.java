package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.Map;

/**
 * The numbers of a LES server at one moment. Counters run from its start.
 *
 * @param info capacities and counts of clients
 * @param requests by kind
 * @param costs how real costs compare with the estimates, by kind
 * @param totalRecharge what one millisecond of serving is worth now, in cost units
 * @param globalFactorMilli a thousand times the global cost factor
 * @param recentServedNanos serving time of the last second, exponentially fading
 * @param recentEstimatedNanos what was expected of the same requests
 * @param inPackets all messages that came, handshakes included
 * @param inBytes their payloads
 * @param outPackets all messages sent
 * @param outBytes their payloads
 * @param queue the serving queue
 * @param events counters of what happened to clients
 * @param connections ended connections of clients
 * @param imports phases of block import
 */
public record ServerFigures(
    ServerInfo info,
    Map<RequestKind, RequestFigures> requests,
    Map<RequestKind, CostStatistics.Figures> costs,
    long totalRecharge,
    long globalFactorMilli,
    long recentServedNanos,
    long recentEstimatedNanos,
    long inPackets,
    long inBytes,
    long outPackets,
    long outBytes,
    Queue queue,
    Events events,
    Durations connections,
    Durations imports) {

  /** Copies the maps. */
  public ServerFigures {
    requests = Map.copyOf(requests);
    costs = Map.copyOf(costs);
  }

  /**
   * The serving queue.
   *
   * @param servedNanos thread time of recent tasks, fading
   * @param queuedNanos thread time that waiting tasks may take
   * @param waiting tasks that wait
   * @param threads serving threads
   */
  public record Queue(long servedNanos, long queuedNanos, int waiting, int threads) {}

  /**
   * What happened to clients.
   *
   * @param connected light clients that were registered
   * @param activated times that a client got capacity
   * @param deactivated times that a client lost all capacity
   * @param disconnected registered clients that left or were dropped
   * @param refused peers that were turned away
   * @param frozen freezes
   * @param errors messages and requests that cost a client its connection
   */
  public record Events(
      long connected,
      long activated,
      long deactivated,
      long disconnected,
      long refused,
      long frozen,
      long errors) {}

  /**
   * Things that ended.
   *
   * @param count how many
   * @param totalNanos how long all of them took together
   */
  public record Durations(long count, long totalNanos) {}
}
