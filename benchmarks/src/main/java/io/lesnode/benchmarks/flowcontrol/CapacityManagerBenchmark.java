package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.flowcontrol.server.CreditManager;
import io.lesnode.flowcontrol.server.RechargeCurve;
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
 * The manager of all clients' recharge, every client with an emptied bucket: capacity is changed,
 * the curve is changed, time passes. The limit is the queue of clients by the moment they are full.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CapacityManagerBenchmark {
  /** So little that buckets stay far from full however long it runs. */
  private static final long STEP_NANOS = 10;

  private static final CreditParams LESS = new CreditParams(600_000_000, 100_000);
  private static final CreditParams MORE = new CreditParams(1_200_000_000, 200_000);

  @Param({"10", "1000"})
  int clients;

  private CreditManager manager = new CreditManager(0);
  private ClientCredit[] credits = {};
  private RechargeCurve curve = RechargeCurve.idle(1);
  private RechargeCurve other = RechargeCurve.idle(1);
  private boolean isOther;
  private long now;
  private int turn;

  @Setup
  public void connect() {
    curve = RechargeCurve.idle(200_000L * clients);
    other = RechargeCurve.idle(150_000L * clients);
    manager = new CreditManager(0);
    manager.setCurve(curve, 0);
    credits = new ClientCredit[clients];
    for (int i = 0; i < clients; i++) {
      credits[i] = manager.connect(LESS, 0);
      credits[i].charge(500_000_000, 0);
    }
  }

  /** A client's capacity goes up or down. */
  @Benchmark
  public ClientCredit changeCapacity() {
    now += STEP_NANOS;
    turn = turn + 1 == clients ? 0 : turn + 1;
    ClientCredit credit = credits[turn];
    credit.updateParams(credit.params().equals(LESS) ? MORE : LESS, now);
    return credit;
  }

  /** The recharge of all clients follows a new curve, as when a block is imported. */
  @Benchmark
  public long changeCurve() {
    now += STEP_NANOS;
    isOther = !isOther;
    manager.setCurve(isOther ? other : curve, now);
    return manager.totalCapacity();
  }

  /** A client is charged, which makes it recharge again. */
  @Benchmark
  public long chargeOne() {
    now += STEP_NANOS;
    turn = turn + 1 == clients ? 0 : turn + 1;
    credits[turn].charge(1_000_000, now);
    return credits[turn].status(now).bufferValue();
  }
}
