package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.server.Admission;
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
 * Admits and settles one request of clients that take turns; each client has a few requests under
 * way, and recharges.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CreditBenchmark {

  private static final int UNDER_WAY = 4;
  private static final long STEP_NANOS = 10_000;
  private static final long MAX_COST = 10_000;

  @Param({"1", "1000"})
  int clients;

  private ClientCredit[] credits = {};
  private long[][] tickets = {};
  private int turn;
  private int slot;
  private long now;

  @Setup
  public void connect() {
    CreditManager manager = new CreditManager(0);
    manager.setCurve(RechargeCurve.idle(1_000_000L * clients), 0);
    credits = new ClientCredit[clients];
    tickets = new long[clients][UNDER_WAY];
    for (int i = 0; i < clients; i++) {
      credits[i] = manager.connect(new CreditParams(300_000_000, 1_000_000), 0);
      for (int j = 0; j < UNDER_WAY; j++) {
        tickets[i][j] = ticket(credits[i].admit(MAX_COST, 0));
      }
    }
  }

  @Benchmark
  public long admitAndSettle() {
    now += STEP_NANOS;
    turn = turn + 1 == clients ? 0 : turn + 1;
    slot = (slot + 1) % UNDER_WAY;
    long[] own = tickets[turn];
    long value = credits[turn].settle(own[slot], MAX_COST / 2, now);
    own[slot] = ticket(credits[turn].admit(MAX_COST, now));
    return value;
  }

  private static long ticket(Admission admission) {
    return switch (admission) {
      case Admission.Admitted admitted -> admitted.ticket();
      case Admission.Underrun underrun ->
          throw new IllegalStateException("Too little credit: " + underrun.missing());
    };
  }
}
