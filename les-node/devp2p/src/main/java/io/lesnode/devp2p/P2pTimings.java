package io.lesnode.devp2p;

/**
 * Every time limit of the network, in milliseconds.
 *
 * @param handshakeMillis from the TCP connection to the end of the encryption handshake, and again
 *     to the Hello of the peer
 * @param pingIntervalMillis between our Pings
 * @param readTimeoutMillis to receive the next complete message
 * @param writeTimeoutMillis to hand one message to the network
 * @param lingerMillis after our Disconnect, for the peer to close first
 * @param dialTimeoutMillis for a TCP connection to be established
 * @param redialMillis before the same node is dialled again
 * @param inboundThrottleMillis before the same address, unless local, may connect again
 */
public record P2pTimings(
    long handshakeMillis,
    long pingIntervalMillis,
    long readTimeoutMillis,
    long writeTimeoutMillis,
    long lingerMillis,
    long dialTimeoutMillis,
    long redialMillis,
    long inboundThrottleMillis) {
  /**
   * geth's limits (p2p/server.go, transport.go, dial.go). Differs from geth: the Hello must come
   * within 5 s, not 30 s, so that silent connections do not fill the pending slots; and the peer
   * gets 2 s to close after a Disconnect, as rlpx.md advises.
   */
  public static final P2pTimings STANDARD =
      new P2pTimings(5_000, 15_000, 30_000, 20_000, 2_000, 15_000, 35_000, 30_000);

  /** The same with another re-dial interval; for tests and private networks. */
  public P2pTimings withRedialMillis(long millis) {
    return new P2pTimings(
        handshakeMillis,
        pingIntervalMillis,
        readTimeoutMillis,
        writeTimeoutMillis,
        lingerMillis,
        dialTimeoutMillis,
        millis,
        inboundThrottleMillis);
  }
}
