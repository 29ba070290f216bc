package io.lesnode.les.server;

import io.lesnode.flowcontrol.server.QueuedTask;
import io.lesnode.les.wire.LesMessage.Request;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An admitted request on its way through the workers. The node loop creates it and settles its
 * ticket; a worker sees only the request and the stop signal.
 *
 * <p>Between two items the worker reads one atomic word. Normally that is all. If the node loop has
 * asked for a pause, the worker reports that it stands still, which frees its thread token, and
 * sleeps until the loop lets it go on or gives it up.
 */
final class ServingTask extends QueuedTask implements StopSignal {

  private static final int GO_ON = 0;
  private static final int PAUSE = 1;
  private static final int STOP = 2;

  private final ServingPool.Client client;
  private final Request request;
  private final int sizeBytes;
  private final long ticket;
  private final long maxCost;
  private final AtomicInteger signal = new AtomicInteger(GO_ON);
  private final Semaphore gate = new Semaphore(0);

  /** Confined to the worker. */
  private Clock clock = () -> 0;

  private LongConsumer pauseReport = nanos -> {};
  private long runStartNanos;
  private long totalNanos;

  /** Confined to the node loop. */
  private ServingPool.@Nullable Outcome outcome;

  private boolean givenUp;
  private Runnable signalHeard = () -> {};

  /** Measures serving time in nanoseconds from any origin. */
  @FunctionalInterface
  interface Clock {
    long nanos();
  }

  /**
   * A task.
   *
   * @param sizeBytes the size of the request message
   * @param ticket the ticket of the admission
   * @param maxNanos the longest that a thread should need for it
   * @param priority higher is served first; compared with wrap-around
   */
  ServingTask(
      ServingPool.Client client,
      Request request,
      int sizeBytes,
      long ticket,
      long maxCost,
      long maxNanos,
      long priority) {
    super(client, maxNanos, priority);
    this.client = client;
    this.request = request;
    this.sizeBytes = sizeBytes;
    this.ticket = ticket;
    this.maxCost = maxCost;
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

  // ---- the node loop's side

  ServingPool.Client servingClient() {
    return client;
  }

  void expect(ServingPool.Outcome next) {
    outcome = next;
  }

  /** Reports what came of the task; the first call counts. */
  void report(Served served, long servingNanos) {
    ServingPool.Outcome expected = outcome;
    outcome = null;
    if (expected != null) {
      expected.onServed(served, servingNanos);
    }
  }

  /** Nobody waits for the reply any more. */
  void stop() {
    givenUp = true;
    signal.set(STOP);
    gate.release();
    signalHeard.run();
  }

  /** Whether {@link #stop} was called. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Asks the worker to stand still at its next item. */
  void askToPause() {
    signal.compareAndSet(GO_ON, PAUSE);
    signalHeard.run();
  }

  /** Lets a worker that stands still go on. */
  void resume() {
    signal.compareAndSet(PAUSE, GO_ON);
    gate.release();
    signalHeard.run();
  }

  /**
   * Serving threads that are no threads are told on the node loop what a worker would read at its
   * next item.
   */
  void onSignal(Runnable heard) {
    signalHeard = heard;
  }

  /** Whether a pause is asked for and the task was not let go on since. */
  boolean isPauseAsked() {
    return signal.get() == PAUSE;
  }

  // ---- the worker's side

  /** A worker takes the task up. */
  void begin(Clock workerClock, LongConsumer onPause) {
    clock = workerClock;
    pauseReport = onPause;
    runStartNanos = clock.nanos();
  }

  /** The worker is done; returns the nanoseconds since it last got a token. */
  long end() {
    long ranNanos = clock.nanos() - runStartNanos;
    totalNanos += ranNanos;
    return ranNanos;
  }

  /** How long workers have worked on the task, pauses not counted. */
  long totalNanos() {
    return totalNanos;
  }

  @Override
  public boolean isStopped() {
    int now = signal.get();
    if (now == GO_ON) {
      return false;
    }
    if (now == PAUSE) {
      pauseReport.accept(end());
      gate.acquireUninterruptibly();
      runStartNanos = clock.nanos();
    }
    return signal.get() == STOP;
  }
}
