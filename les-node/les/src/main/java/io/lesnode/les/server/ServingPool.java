package io.lesnode.les.server;

/** Where admitted requests are served. */
interface ServingPool {

  /** Serves a task some time later and reports exactly once, on the node loop. */
  void submit(ServingTask task, Outcome outcome);

  /** Takes what a worker made of a task. */
  @FunctionalInterface
  interface Outcome {
    /**
     * The task is done.
     *
     * @param servingNanos how long a thread worked on it
     */
    void onServed(Served served, long servingNanos);
  }
}
