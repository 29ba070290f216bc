package io.lesnode.les.server;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes32;

/**
 * A client as the operator sees it.
 *
 * @param id the hash of its public key
 * @param positiveBalance what it may still spend
 * @param reserved whether it is one of the operator's own
 * @param connection what there is to say only while it is connected
 */
public record ClientInfo(
    Bytes32 id, long positiveBalance, boolean reserved, Optional<Connection> connection) {

  /** Whether it has a positive balance. */
  public boolean hasPriority() {
    return positiveBalance != 0;
  }

  /** Whether it is connected. */
  public boolean isConnected() {
    return connection.isPresent();
  }

  /**
   * A connected client.
   *
   * @param connectedNanos for how long
   * @param capacity in units per millisecond; 0: it waits for room
   * @param negativeBalance what it used without paying
   * @param factors the prices that it pays
   * @param frozen whether its requests are being ignored
   * @param bufferValue what it may ask for at once, in cost units
   * @param requestsUnderWay admitted and not yet answered
   * @param address of its end of the connection
   * @param clientName from its Hello, as it wrote it
   * @param lesVersion the negotiated version
   */
  public record Connection(
      long connectedNanos,
      long capacity,
      long negativeBalance,
      ClientParams factors,
      boolean frozen,
      long bufferValue,
      int requestsUnderWay,
      InetSocketAddress address,
      String clientName,
      int lesVersion) {}
}
