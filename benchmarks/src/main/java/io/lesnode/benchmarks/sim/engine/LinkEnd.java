package io.lesnode.benchmarks.sim.engine;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import java.net.InetSocketAddress;
import java.util.List;

/** One protocol's side of a connection at one end, but for what it sends; confined to the run. */
abstract class LinkEnd implements PeerLink {

  private final SimConnection connection;
  private final boolean isServer;

  /**
   * An end.
   *
   * @param isServer whether it is the server's
   */
  LinkEnd(SimConnection connection, boolean isServer) {
    this.connection = connection;
    this.isServer = isServer;
  }

  @Override
  public NodeId remoteId() {
    return isServer ? connection.clientId() : connection.world().serverId();
  }

  @Override
  public String clientName() {
    return "simulated/v1";
  }

  @Override
  public List<String> remoteCapabilities() {
    return connection.capabilities();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return isServer ? connection.clientAddress() : connection.world().serverAddress();
  }

  @Override
  public InetSocketAddress localAddress() {
    return isServer ? connection.world().serverAddress() : connection.clientAddress();
  }

  @Override
  public boolean inbound() {
    return isServer;
  }

  @Override
  public boolean isStatic() {
    return false;
  }

  @Override
  public boolean trusted() {
    return false;
  }

  @Override
  public boolean writable() {
    return !isServer || connection.isWritable();
  }

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void disconnect(DisconnectReason reason) {
    if (isServer) {
      connection.serverDisconnects(reason);
    } else {
      connection.client().leaveFor(connection, reason);
    }
  }
}
