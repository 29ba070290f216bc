package io.lesnode.les.server;

import io.lesnode.les.wire.LesMessage.Request;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An admitted request on its way through the workers. The node loop creates it and settles its
 * ticket; a worker sees only the request and the stop signal.
 */
final class ServingTask implements StopSignal {

  private final Request request;
  private final int sizeBytes;
  private final long ticket;
  private final long maxCost;
  private final long priority;
  private final AtomicBoolean stopped = new AtomicBoolean();

  ServingTask(Request request, int sizeBytes, long ticket, long maxCost, long priority) {
    this.request = request;
    this.sizeBytes = sizeBytes;
    this.ticket = ticket;
    this.maxCost = maxCost;
    this.priority = priority;
  }

  Request request() {
    return request;
  }

  /** The size of the request message. */
  int sizeBytes() {
    return sizeBytes;
  }

  long ticket() {
    return ticket;
  }

  long maxCost() {
    return maxCost;
  }

  /** Higher is served first; compared with wrap-around. */
  long priority() {
    return priority;
  }

  /** Nobody waits for the reply any more. */
  void stop() {
    stopped.set(true);
  }

  @Override
  public boolean isStopped() {
    return stopped.get();
  }
}
