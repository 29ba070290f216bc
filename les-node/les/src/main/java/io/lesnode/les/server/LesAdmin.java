package io.lesnode.les.server;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;

/**
 * What the operator of a LES server can ask and change while it runs.
 *
 * <p>Thread-safe. Every call is carried out on the server's node loop and waits for it, shortly; so
 * callers are virtual threads or threads of their own, never a channel loop or the node loop.
 * Clients are named by the hash of their public key. What cannot be done is refused as a whole with
 * an {@link AdminException} and changes nothing.
 *
 * <p>Reference: geth v1.10.26, les/api.go; pull request 18230 for the capacity notifications.
 */
public interface LesAdmin {

  /** The server as a whole. */
  ServerInfo serverInfo();

  /**
   * The clients with these ids, connected or not, known or not; without ids, all connected ones.
   */
  Map<Bytes32, ClientInfo> clientInfo(Collection<Bytes32> ids);

  /**
   * Clients with a positive balance in the order of their ids.
   *
   * @param start the first id
   * @param stop ids from here on are left out; zero: to the end
   * @param maxCount most clients of the answer
   * @throws AdminException if {@code maxCount} is negative
   */
  ClientPage priorityClientInfo(Bytes32 start, Bytes32 stop, int maxCount);

  /**
   * Changes parameters of connected clients; without ids, of all of them. All is checked before
   * anything is changed; if a capacity cannot be reached nevertheless, those of the clients before
   * are put back.
   *
   * @throws AdminException naming the client and the parameter
   */
  void setClientParams(Collection<Bytes32> ids, ClientParams params);

  /**
   * Changes the price factors of clients that connect from now on.
   *
   * @throws AdminException if a capacity is given, which clients get one by one
   */
  void setDefaultParams(ClientParams params);

  /**
   * Adds to the positive balance of a client, known or not, or takes from it, at most what is
   * there. When this returns, the new balance is on the disk.
   *
   * @throws AdminException if the balance would overflow, or the disk refuses
   */
  BalanceChange addBalance(Bytes32 id, long amount);

  /**
   * How long a newly connected client keeps its place against others of about the same priority.
   *
   * @throws AdminException if it is negative
   */
  void setConnectedBias(long biasNanos);

  /**
   * Freezes a connected client as if it had overrun its credit.
   *
   * @throws AdminException if it is not connected, or knows no Stop
   */
  void freezeClient(Bytes32 id);

  /**
   * Reports the total capacity at once and then each change. A decrease is told when it is decided
   * and applied a second later.
   *
   * @param listener called on the node loop; must not block
   */
  ServedChain.Subscription onTotalCapacity(CapacityListener listener);

  /** The newest refusals, freezes and disconnections by us, oldest first; bounded. */
  List<ClientEvent> recentEvents();

  /** All numbers that metrics show, of one moment. */
  ServerFigures figures();

  /** Hears of changes of the total capacity. */
  @FunctionalInterface
  interface CapacityListener {
    /**
     * The total capacity is, or in a second will be, {@code totalCapacity}.
     *
     * @param totalCapacity units per millisecond
     * @param priorityConnected the capacity of connected clients that have a positive balance
     */
    void onTotalCapacity(long totalCapacity, long priorityConnected);
  }
}
