package io.lesnode.les.server;

/** Runs tasks that have a thread token. */
interface ServingThreads extends AutoCloseable {

  /** Serves a task; the listener is called on the node loop. */
  void start(ServingTask task, Listener listener);

  /** Takes no more tasks and waits for those under way, a few seconds at most. */
  @Override
  void close();

  /** What a thread reports; times are nanoseconds since it last got a token. */
  interface Listener {
    /** The task stands still between two items. */
    void onPaused(ServingTask task, long ranNanos);

    /** The task is over. */
    void onFinished(ServingTask task, Served served, long ranNanos);
  }
}
