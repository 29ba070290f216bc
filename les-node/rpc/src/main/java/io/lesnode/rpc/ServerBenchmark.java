package io.lesnode.rpc;

import io.lesnode.les.server.BenchmarkResult;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.MeasuredCosts;
import java.util.List;

/**
 * The port to measurements of what requests cost on this machine. Calls block until the measurement
 * is over, which may be minutes; they end when their thread is interrupted. One at a time.
 */
public interface ServerBenchmark {
  /**
   * Runs measurements, as geth's les_benchmark.
   *
   * @param passes how often each is made
   * @param targetNanos how long each takes per pass, the first aside
   * @return a result for each setup, in their order
   * @throws RpcException if another run is under way, or this one was ended
   */
  List<BenchmarkResult> run(List<BenchmarkSetup> setups, int passes, long targetNanos);

  /**
   * Measures every kind of request, fits costs to that and keeps them for {@code --light.costs
   * measured}.
   *
   * @throws RpcException as {@link #run}, or if they cannot be kept
   */
  MeasuredCosts measure(int passes, long targetNanos);
}
