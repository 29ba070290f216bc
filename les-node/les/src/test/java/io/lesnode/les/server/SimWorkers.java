package io.lesnode.les.server;

import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToLongFunction;

/** One worker on the manual clock: each kind of task takes its time. */
final class SimWorkers implements ServingPool {

  private final RequestServer server;
  private final ManualLoop loop;
  private final ToLongFunction<RequestKind> servingNanos;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;

  SimWorkers(RequestServer server, ManualLoop loop, ToLongFunction<RequestKind> servingNanos) {
    this.server = server;
    this.loop = loop;
    this.servingNanos = servingNanos;
  }

  @Override
  public void submit(ServingTask task, Outcome outcome) {
    waiting.add(() -> serve(task, outcome));
    next();
  }

  private void next() {
    if (!busy && !waiting.isEmpty()) {
      busy = true;
      waiting.remove().run();
    }
  }

  private void serve(ServingTask task, Outcome outcome) {
    Served served = task.isStopped() ? Served.nothing(0) : server.tryServe(task.request(), task);
    long nanos = servingNanos.applyAsLong(task.request().kind());
    loop.schedule(
        nanos,
        () -> {
          busy = false;
          outcome.onServed(served, nanos);
          next();
        });
  }
}
