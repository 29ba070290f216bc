package io.lesnode.flowcontrol.server;

/**
 * An admitted request in the books of a {@link ServingQueue}; confined to the node loop, like the
 * queue, which alone writes the state.
 *
 * <pre>
 * New → Waiting → Running → Ended
 *          ↑  ↘      ↓  ↘
 *          ↑  Ended  ↓   Ended
 *          ← ← ← ← ← (paused)
 * </pre>
 */
public abstract class QueuedTask {

  /** Where a task is. */
  public enum State {
    /** Not given to a queue yet. */
    NEW,
    /** Waits for a thread token, for the first time or after a pause. */
    WAITING,
    /** Holds a thread token. */
    RUNNING,
    /** Served, or taken out of the queue. */
    ENDED
  }

  private final QueueClient client;
  private long priority;
  private long expectedNanos;
  private State state = State.NEW;

  /** The order of arrival in the queue; decides between equal priorities. */
  long sequence;

  boolean started;
  boolean biased;
  boolean pauseAsked;

  /**
   * A task.
   *
   * @param maxNanos the longest that a thread should need for it
   * @param priority higher is served first; compared with wrap-around
   */
  protected QueuedTask(QueueClient client, long maxNanos, long priority) {
    if (maxNanos < 0) {
      throw new IllegalArgumentException("A serving time cannot be negative: " + maxNanos);
    }
    this.client = client;
    this.expectedNanos = maxNanos;
    this.priority = priority;
  }

  /** Whose request this is. */
  public final QueueClient client() {
    return client;
  }

  /** Higher is served first; it rises once when the task first gives way to a better one. */
  public final long priority() {
    return priority;
  }

  /** Where the task is. */
  public final State state() {
    return state;
  }

  /** Whether a thread has worked on it already. */
  public final boolean wasStarted() {
    return started;
  }

  /** The serving time still reserved for it. */
  final long expectedNanos() {
    return expectedNanos;
  }

  final void raisePriority(long bias) {
    priority += bias;
  }

  /** A thread worked on it; returns what is left of the reserved time. */
  final long consume(long ranNanos) {
    expectedNanos = Math.max(0, expectedNanos - Math.max(0, ranNanos));
    return expectedNanos;
  }

  final void become(State next) {
    state = next;
  }
}
