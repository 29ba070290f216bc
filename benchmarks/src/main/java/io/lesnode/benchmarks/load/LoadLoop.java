package io.lesnode.benchmarks.load;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that owns some load clients and their connections, so that nothing is handed from
 * thread to thread for a request.
 *
 * <p>Its timers come from another thread that sleeps to within some 50 µs: the network loop itself
 * wakes to the millisecond only, which an open loop would count as latency of the server.
 */
final class LoadLoop {

  private static final Logger LOG = LoggerFactory.getLogger(LoadLoop.class);

  private final EventLoop loop;
  private final ScheduledThreadPoolExecutor alarm;

  private LoadLoop(EventLoop loop, ScheduledThreadPoolExecutor alarm) {
    this.loop = loop;
    this.alarm = alarm;
  }

  /** Some loops and the thread of their timers. */
  static final class Threads implements AutoCloseable {
    private final EventLoopGroup group;
    private final ScheduledThreadPoolExecutor alarm;
    private final List<LoadLoop> loops = new ArrayList<>();

    Threads(int count) {
      group =
          new MultiThreadIoEventLoopGroup(
              count, new DefaultThreadFactory("load", true), NioIoHandler.newFactory());
      alarm =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("load-alarm").factory());
      alarm.setRemoveOnCancelPolicy(true);
      alarm.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      for (int i = 0; i < count; i++) {
        loops.add(new LoadLoop(group.next(), alarm));
      }
    }

    List<LoadLoop> all() {
      return List.copyOf(loops);
    }

    LoadLoop any(int index) {
      return loops.get(index % loops.size());
    }

    @Override
    public void close() {
      alarm.shutdownNow();
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  EventLoop eventLoop() {
    return loop;
  }

  long nowNanos() {
    return System.nanoTime();
  }

  void execute(Runnable task) {
    try {
      loop.execute(() -> run(task));
    } catch (RejectedExecutionException e) {
      LOG.trace("the load loop is closed");
    }
  }

  void schedule(long delayNanos, Runnable task) {
    try {
      Future<?> unused =
          alarm.schedule(() -> execute(task), Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.trace("the load loop is closed");
    }
  }

  /**
   * Like {@link #schedule}, to the millisecond or so, without waking another thread. On the loop.
   */
  void scheduleCoarsely(long delayNanos, Runnable task) {
    Future<?> unused = loop.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
  }

  /** Runs on the loop and waits for the outcome; not from the loop. */
  <T> T call(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, loop).join();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError e) {
      LOG.error("A bug in the load generator", e);
    }
  }
}
