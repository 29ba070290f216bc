package io.lesnode.les.client;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.devp2p.enr.NodeRecord;
import java.util.List;

/** The light client's side of the network, and what it runs on. Thread-safe. */
public interface LightNetwork extends AutoCloseable {

  /** Our own enode URL. */
  Enode self();

  /** What we say of ourselves. */
  NodeInfo nodeInfo();

  /** Shows a record that discovery keeps up to date as ours. */
  void announce(NodeRecord record);

  /** The connected peers. */
  List<PeerInfo> peers();

  /** Keeps a server connected from now on. */
  void addServer(Enode server);

  /** No longer dials a server, and disconnects it. */
  void removeServer(Enode server);

  /** A server was found; it is used if servers are missing. */
  default void foundServer(Enode server) {}

  /** The network is back after a pause, such as a sleep: all waits for the next dial end. */
  default void onNetworkBack() {}

  /** Ends everything the client runs on. */
  @Override
  void close();
}
