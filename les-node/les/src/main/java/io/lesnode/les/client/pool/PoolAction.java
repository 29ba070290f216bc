package io.lesnode.les.client.pool;

import io.lesnode.devp2p.Enode;

/** What the pool wants done. */
public sealed interface PoolAction {
  /** Whom it is about. */
  Enode server();

  /** Dial it; tell {@link ServerPool#onConnected} or {@link ServerPool#onDialFailed}. */
  record Dial(Enode server) implements PoolAction {}

  /** Ask it over UDP whether it would take us; tell {@link ServerPool#onQueried}. */
  record Query(Enode server) implements PoolAction {}
}
