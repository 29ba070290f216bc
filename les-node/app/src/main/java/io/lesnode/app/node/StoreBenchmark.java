package io.lesnode.app.node;

import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.index.Checkpoints;
import io.lesnode.chain.index.Sections;
import io.lesnode.chain.pool.TxPool;
import io.lesnode.les.server.BenchmarkResult;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.MeasuredCosts;
import io.lesnode.les.server.PoolRelay;
import io.lesnode.les.server.RequestBenchmark;
import io.lesnode.les.server.StoredChain;
import io.lesnode.rpc.RpcException;
import io.lesnode.rpc.ServerBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Measures on the chain of a data folder, and keeps the costs in it. Thread-safe, one measurement
 * at a time, on the caller's thread until that is interrupted.
 */
final class StoreBenchmark implements ServerBenchmark {
  private final RequestBenchmark benchmark;
  private final Path file;
  private final RequestBenchmark.Progress progress;

  StoreBenchmark(
      Blockchain chain,
      boolean archive,
      TxPool pool,
      Checkpoints checkpoints,
      Path datadir,
      RequestBenchmark.Progress progress) {
    this.benchmark =
        new RequestBenchmark(
            new StoredChain(chain, archive),
            new PoolRelay(pool),
            checkpoints,
            Sections.STANDARD.blocks());
    this.file = datadir.resolve(MeasuredCosts.FILE_NAME);
    this.progress = progress;
  }

  @Override
  public List<BenchmarkResult> run(List<BenchmarkSetup> setups, int passes, long targetNanos) {
    return guarded(
        () -> benchmark.run(setups, passes, targetNanos, progress, StoreBenchmark::isEnded));
  }

  @Override
  public MeasuredCosts measure(int passes, long targetNanos) {
    MeasuredCosts costs =
        guarded(
            () ->
                MeasuredCosts.measure(
                    benchmark,
                    passes,
                    targetNanos,
                    progress,
                    StoreBenchmark::isEnded,
                    InstantSource.system().instant()));
    try {
      costs.store(file);
      return costs;
    } catch (IOException unwritable) {
      throw new RpcException("the costs cannot be kept in " + file + ": " + unwritable);
    }
  }

  private static <T> T guarded(Supplier<T> run) {
    try {
      return run.get();
    } catch (RequestBenchmark.BusyException | RequestBenchmark.CancelledException ended) {
      throw new RpcException(String.valueOf(ended.getMessage()));
    }
  }

  private static boolean isEnded() {
    return Thread.currentThread().isInterrupted();
  }
}
