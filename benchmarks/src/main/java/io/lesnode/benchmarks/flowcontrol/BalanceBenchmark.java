package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.flowcontrol.pool.ExpiredValue;
import io.lesnode.flowcontrol.pool.Expirer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A balance that expires exponentially: read, and added to, an hour of expiration passing with
 * every million operations. The limit is a power of two with a fraction.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BalanceBenchmark {
  private static final long STEP_NANOS = 3_600_000;
  private static final long TOKENS = 1_000_000_000_000L;

  private final ExpiredValue balance = new ExpiredValue();
  private final Expirer expirer = new Expirer(0);
  private long now;

  @Setup
  public void fill() {
    expirer.setTimeConstant(7 * 86_400, 0);
    balance.add(TOKENS, expirer.logOffset(0));
  }

  /** What is left of it now. */
  @Benchmark
  public long value() {
    now += STEP_NANOS;
    return balance.valueAt(expirer.logOffset(now));
  }

  /** A little more and a little less in turn. */
  @Benchmark
  public long add() {
    now += STEP_NANOS;
    return balance.add((now & 1) == 0 ? 10_000 : -10_000, expirer.logOffset(now));
  }

  /** The factor that a whole table of balances is read with. */
  @Benchmark
  public ExpirationFactor factor() {
    now += STEP_NANOS;
    return ExpirationFactor.at(expirer.logOffset(now));
  }
}
