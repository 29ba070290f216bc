package io.lesnode.flowcontrol.pool;

/**
 * What a client is told by the pool; called on the owner thread, within the call that caused it.
 * The only call of the pool allowed here is {@link ClientPool#unregister}.
 */
public interface PoolListener {

  /**
   * The capacity changed; 0: the client is no longer active.
   *
   * @param requested whether it was this client's own {@link ClientPool#requestCapacity}
   */
  void onCapacity(long capacity, boolean requested);

  /** The client is to be disconnected; it stays registered until it is unregistered. */
  void onDropped(DropReason reason);
}
