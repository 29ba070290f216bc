package io.lesnode.les.server;

/**
 * Asked by a worker between two items. Thread-safe.
 *
 * <p>The call returns at once unless a more important request waits for a thread; then it returns
 * when this one may go on. Time spent in it does not count as serving time.
 */
@FunctionalInterface
interface StopSignal {
  /** Whether to give up because nobody waits for the reply any more. */
  boolean isStopped();
}
