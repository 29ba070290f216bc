package io.lesnode.les.server;

/** Tells a worker between two items that nobody waits for the reply any more. Thread-safe. */
@FunctionalInterface
interface StopSignal {
  /** Whether to give up. */
  boolean isStopped();
}
