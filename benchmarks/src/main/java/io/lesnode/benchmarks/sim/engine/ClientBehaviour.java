package io.lesnode.benchmarks.sim.engine;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.cost.RequestKind;

/**
 * How a client behaves; its own object for each client. What it asks for and when it is there are
 * the scenario's, see {@link SimClient}. Called on the thread of the run.
 */
public interface ClientBehaviour {

  /**
   * Whether it keeps to the protocol: then every promise that the server made to it is checked in
   * each run.
   */
  default boolean isObedient() {
    return true;
  }

  /** Whether it asks nothing between Stop and Resume. */
  default boolean heedsStop() {
    return true;
  }

  /**
   * How long it waits before it sends a request.
   *
   * @param credit the real estimate of what the server counts
   * @param maxCost what the request may cost
   * @return nanoseconds; 0: it sends now; {@link ServerCredit#FOREVER_NANOS}: not before something
   *     comes from the server
   */
  default long waitNanos(ServerCredit credit, long maxCost, long nowNanos) {
    return credit.canSend(maxCost, nowNanos).waitNanos();
  }

  /** A connection is being made; further protocols can be joined to it now. */
  default void onConnecting(SimConnection connection) {}

  /** The server greeted; what may be asked is known. */
  default void onConnected(SimConnection connection) {}

  /** The server said that the capacity is another. */
  default void onCapacity(long capacity) {}

  /**
   * A request was answered.
   *
   * @param latencyNanos since the request came up
   */
  default void onAnswer(RequestKind kind, long latencyNanos) {}

  /** The server told it to stop: what it asked is void. */
  default void onStop() {}

  /**
   * The connection is over.
   *
   * @param byServer whether the server ended it
   */
  default void onClosed(DisconnectReason reason, boolean byServer) {}
}
