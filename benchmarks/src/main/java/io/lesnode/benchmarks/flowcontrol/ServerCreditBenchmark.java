package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.client.ServerCredit;
import io.lesnode.flowcontrol.client.ServerCredit.Sendable;
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

/**
 * The client's estimate of what a server's bucket holds: asked before each request, told of each
 * request and reply. The limit is the table of unanswered requests.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ServerCreditBenchmark {
  private static final long STEP_NANOS = 10_000;
  private static final long MAX_COST = 10_000;

  @Param({"1", "64"})
  int pending;

  private ServerCredit credit = new ServerCredit(CreditParams.ofCapacity(100_000), 0);
  private long now;
  private long nextId;

  @Setup
  public void queue() {
    credit = new ServerCredit(new CreditParams(300_000_000, 1_000_000), 0);
    for (nextId = 0; nextId < pending; nextId++) {
      credit.onQueued(nextId, MAX_COST, 0);
    }
  }

  /** Whether and when a request can be sent. */
  @Benchmark
  public Sendable canSend() {
    now += STEP_NANOS;
    return credit.canSend(MAX_COST, now);
  }

  /** One request leaves and the oldest is answered. */
  @Benchmark
  public long queuedAndReplied() {
    now += STEP_NANOS;
    credit.onQueued(nextId, MAX_COST, now);
    credit.onReply(nextId - pending, 300_000_000 - MAX_COST * pending, now);
    nextId++;
    return nextId;
  }
}
