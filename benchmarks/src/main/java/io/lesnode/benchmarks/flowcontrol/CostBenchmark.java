package io.lesnode.benchmarks.flowcontrol;

import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.CostStatistics;
import io.lesnode.flowcontrol.cost.CostTable;
import io.lesnode.flowcontrol.cost.GlobalCostFactor;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What is reckoned with each request: its price by the announced table, its real cost, the figures
 * of its kind and the factor that follows the speed of the machine. The limit of the factor is two
 * exponential functions.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CostBenchmark {
  private static final long STEP_NANOS = 100_000;
  private static final long SERVING_NANOS = 80_000;
  private static final long HEADERS = 16;

  private final CostModel model = CostModel.ofServePercent(50);
  private final CostTable table = model.costTable(1);
  private final CostStatistics statistics = new CostStatistics(BaseCosts.geth());
  private final GlobalCostFactor factor =
      new GlobalCostFactor(model.targetUtilization(), 0, 0, BaseCosts.geth());
  private long now;

  /** The price of a request before it is admitted. */
  @Benchmark
  public long maxCost() {
    return table.maxCost(RequestKind.HEADERS, HEADERS, 300_000_000);
  }

  /** The cost of a request when it was served. */
  @Benchmark
  public long realCost() {
    return model.realCost(SERVING_NANOS, 30, 9_000, 1.25);
  }

  /** The global factor learns from a served request. */
  @Benchmark
  public double factorLearns() {
    now += STEP_NANOS;
    factor.onServed(RequestKind.HEADERS, HEADERS, SERVING_NANOS, now);
    return factor.value();
  }

  /** The figures of a kind learn from a served request. */
  @Benchmark
  public CostStatistics statisticsLearn() {
    statistics.onServed(RequestKind.HEADERS, HEADERS, SERVING_NANOS, 100_000, 1.25);
    return statistics;
  }

  /** A whole table for announcement, made when the factor has changed. */
  @Benchmark
  public CostTable newTable() {
    return model.costTable(1.25);
  }
}
