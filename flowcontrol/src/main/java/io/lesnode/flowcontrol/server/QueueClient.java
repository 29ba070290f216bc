package io.lesnode.flowcontrol.server;

/** Whose requests wait in a {@link ServingQueue}; two requests of one client give the same one. */
@FunctionalInterface
public interface QueueClient {

  /** The client's bucket: when the queue is overloaded, the emptiest buckets are frozen first. */
  ClientCredit.BufferStatus bufferStatus(long nowNanos);
}
