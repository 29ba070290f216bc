package io.lesnode.les.server;

import java.net.InetSocketAddress;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Hears what happens to the clients of a server, in order to sell service to them. Called on the
 * node loop; must neither block nor throw. What it wants done it asks of the {@link ServiceDesk}.
 */
public interface ServiceListener {

  /**
   * A client has shaken hands; it is served, or waits for capacity.
   *
   * @param address its end of the connection, which names the connection
   */
  void onJoined(Bytes32 id, InetSocketAddress address);

  /** The client's connection is over. */
  void onLeft(Bytes32 id, InetSocketAddress address);

  /** Its capacity was changed, by whatever cause, and the client was told by LES. */
  void onCapacity(ServiceDesk.Client client);
}
