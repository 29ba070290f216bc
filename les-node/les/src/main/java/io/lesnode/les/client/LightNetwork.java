package io.lesnode.les.client;

import io.lesnode.devp2p.Enode;

/** The light client's side of the network, and what it runs on. Thread-safe. */
public interface LightNetwork extends AutoCloseable {

  /** Our own enode URL. */
  Enode self();

  /** Keeps a server connected from now on. */
  void addServer(Enode server);

  /** No longer dials a server, and disconnects it. */
  void removeServer(Enode server);

  /** Ends everything the client runs on. */
  @Override
  void close();
}
