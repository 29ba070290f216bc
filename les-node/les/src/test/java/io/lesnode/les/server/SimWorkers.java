package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.flowcontrol.server.ServingQueue;
import java.util.function.ToLongFunction;

/**
 * Serving threads on the manual clock: each kind of task takes its time, and is never held up
 * half-way.
 */
final class SimWorkers implements ServingThreads {

  private static final int SERVE_PERCENT = 100;

  private final RequestServer server;
  private final ManualLoop loop;
  private final ToLongFunction<RequestKind> servingNanos;

  SimWorkers(RequestServer server, ManualLoop loop, ToLongFunction<RequestKind> servingNanos) {
    this.server = server;
    this.loop = loop;
    this.servingNanos = servingNanos;
  }

  /** A pool of one such thread. */
  static WorkerPool pool(
      RequestServer server, ManualLoop loop, ToLongFunction<RequestKind> servingNanos) {
    return pool(server, loop, servingNanos, SERVE_PERCENT, 1);
  }

  /** A pool of such threads. */
  static WorkerPool pool(
      RequestServer server,
      ManualLoop loop,
      ToLongFunction<RequestKind> servingNanos,
      int servePercent,
      int threads) {
    return new WorkerPool(
        loop,
        new SimWorkers(server, loop, servingNanos),
        new ServingQueue<>(servePercent, threads, loop.nowNanos()));
  }

  @Override
  public void start(ServingTask task, Listener listener) {
    long startNanos = loop.nowNanos();
    task.begin(loop::nowNanos, ranNanos -> {});
    Served served = task.isGivenUp() ? Served.nothing(0) : server.tryServe(task.request(), task);
    loop.schedule(
        servingNanos.applyAsLong(task.request().kind()),
        () -> {
          task.end();
          listener.onFinished(task, served, loop.nowNanos() - startNanos);
        });
  }

  @Override
  public void close() {}
}
