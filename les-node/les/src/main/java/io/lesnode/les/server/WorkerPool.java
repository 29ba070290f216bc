package io.lesnode.les.server;

import io.lesnode.flowcontrol.server.QueuedTask;
import io.lesnode.flowcontrol.server.ServingQueue;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Serves requests in the order of one {@link ServingQueue} on {@link ServingThreads}; confined to
 * the node loop but for {@link #close}.
 *
 * <p>Every task is reported exactly once and every thread token comes back, whatever fails: a task
 * that was cancelled while waiting never gets a token, and one that is held up half-way is woken to
 * end.
 */
final class WorkerPool implements ServingPool, ServingThreads.Listener, AutoCloseable {

  private final NodeLoop loop;
  private final ServingThreads threads;
  private final ServingQueue<ServingTask> queue;

  /** Tasks that a thread works on or stands still in. */
  private final Set<ServingTask> onThreads = new HashSet<>();

  private boolean closed;

  /** A pool with threads of its own. */
  static WorkerPool ofThreads(RequestServer server, NodeLoop loop, int servePercent, int threads) {
    return new WorkerPool(
        loop,
        new WorkerThreads(server, loop),
        new ServingQueue<>(servePercent, threads, loop.nowNanos()));
  }

  WorkerPool(NodeLoop loop, ServingThreads threads, ServingQueue<ServingTask> queue) {
    this.loop = loop;
    this.threads = threads;
    this.queue = queue;
  }

  @Override
  public void submit(ServingTask task, Outcome outcome) {
    task.expect(outcome);
    if (closed) {
      reportUnserved(task);
      return;
    }
    relieve(queue.add(task, loop.nowNanos()));
    dispatch();
  }

  @Override
  public void cancel(ServingTask task) {
    task.stop();
    boolean wasWaiting = queue.cancel(task, loop.nowNanos());
    if (wasWaiting && !task.wasStarted()) {
      reportUnserved(task);
    }
  }

  @Override
  public void setThreads(int count) {
    queue.setThreads(count);
    dispatch();
  }

  @Override
  public ServingQueue.Load load() {
    return queue.load(loop.nowNanos());
  }

  /** Ends what is cancelled because of overload and has its clients frozen. */
  private void relieve(List<ServingTask> cancelled) {
    if (cancelled.isEmpty()) {
      return;
    }
    Set<Client> clients = new LinkedHashSet<>();
    for (ServingTask task : cancelled) {
      clients.add(task.servingClient());
      task.stop();
      if (!task.wasStarted()) {
        reportUnserved(task);
      }
    }
    clients.forEach(client -> loop.execute(client::onOverload));
  }

  private void reportUnserved(ServingTask task) {
    loop.execute(() -> task.report(Served.nothing(0), 0));
  }

  private void dispatch() {
    long nowNanos = loop.nowNanos();
    for (ServingTask task = queue.next(nowNanos); task != null; task = queue.next(nowNanos)) {
      if (onThreads.add(task)) {
        threads.start(task, this);
      } else {
        task.resume();
      }
    }
    for (ServingTask task = queue.toPause(); task != null; task = queue.toPause()) {
      task.askToPause();
    }
  }

  @Override
  public void onPaused(ServingTask task, long ranNanos) {
    if (task.isGivenUp()) {
      return; // it is on its way out and keeps its token until then
    }
    relieve(queue.pause(task, ranNanos, loop.nowNanos()));
    dispatch();
  }

  @Override
  public void onFinished(ServingTask task, Served served, long ranNanos) {
    onThreads.remove(task);
    if (task.state() == QueuedTask.State.RUNNING) {
      queue.finish(task, ranNanos, loop.nowNanos());
      dispatch();
    }
    task.report(served, task.totalNanos());
  }

  /** Gives up what is under way, then ends the threads; from outside of the node loop. */
  @Override
  public void close() {
    loop.execute(
        () -> {
          closed = true;
          onThreads.forEach(ServingTask::stop);
        });
    threads.close();
  }
}
