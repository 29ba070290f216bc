package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.QueueClient;
import io.lesnode.flowcontrol.server.QueuedTask;
import io.lesnode.flowcontrol.server.ServingQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One request in, one out: adds a task, starts the best one and finishes it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServingQueueBenchmark {

  private static final QueueClient CLIENT = now -> new ClientCredit.BufferStatus(1, 2);
  private static final long STEP_NANOS = 10_000;
  private static final long SPREAD_NANOS = 1_000_000_000;

  /** How many wait all the time. */
  @Param({"1", "1000"})
  int waiting;

  private final SplittableRandom random = new SplittableRandom(1);
  private ServingQueue<Task> queue = new ServingQueue<>(100, 1, 0);
  private long now;

  static final class Task extends QueuedTask {
    Task(long priority) {
      super(CLIENT, STEP_NANOS, priority);
    }
  }

  @Setup
  public void fill() {
    queue = new ServingQueue<>(100, 1, 0);
    for (int i = 1; i < waiting; i++) {
      queue.add(new Task(-random.nextLong(SPREAD_NANOS)), 0);
    }
  }

  @Benchmark
  public Task addNextFinish() {
    now += STEP_NANOS;
    queue.add(new Task(-now - random.nextLong(SPREAD_NANOS)), now);
    Task next = queue.next(now);
    if (next == null) {
      throw new IllegalStateException("a task was added");
    }
    queue.finish(next, STEP_NANOS, now);
    return next;
  }
}
