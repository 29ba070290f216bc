package io.lesnode.les.server;

import io.lesnode.flowcontrol.server.QueueClient;
import io.lesnode.flowcontrol.server.ServingQueue;

/** Where admitted requests wait and are served; confined to the node loop. */
interface ServingPool {

  /** Serves a task some time later and reports exactly once, never before this returns. */
  void submit(ServingTask task, Outcome outcome);

  /**
   * Gives a task up: one that waits is reported without being served, one that is being served
   * stops at its next item.
   */
  void cancel(ServingTask task);

  /** Changes how many tasks may be served at once. */
  void setThreads(int threads);

  /** How much waits and runs. */
  ServingQueue.Load load();

  /** A client whose requests are served. */
  interface Client extends QueueClient {
    /**
     * The server is overloaded and this client, whose bucket is emptiest, must be frozen; what it
     * has waiting is cancelled already.
     */
    void onOverload();
  }

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
