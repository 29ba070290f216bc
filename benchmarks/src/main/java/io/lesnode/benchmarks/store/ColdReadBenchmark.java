package io.lesnode.benchmarks.store;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.store.ChainStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The first reads of a store that was just opened: RocksDB has cached nothing, the system has all
 * files in memory. Each iteration reads 256 different blocks once. On a real disk its latency comes
 * on top.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
@Fork(1)
public class ColdReadBenchmark {
  private static final int READS = 256;

  private final List<Bytes32> hashes = new ArrayList<>();
  private @Nullable MeasuredChain measured;
  private @Nullable ChainStore store;

  @Setup
  public void make() {
    measured = MeasuredChain.open();
  }

  /** Opens the store anew. */
  @Setup(Level.Iteration)
  public void reopen() {
    if (measured != null) {
      measured = measured.reopened();
      store = measured.chain().store();
      choose(measured);
    }
  }

  private void choose(MeasuredChain chain) {
    if (!hashes.isEmpty()) {
      return;
    }
    long head = chain.chain().head().number();
    SplittableRandom random = new SplittableRandom(1);
    try (ChainSnapshot reader = chain.chain().store().snapshot()) {
      for (int i = 0; i < READS; i++) {
        hashes.add(reader.canonicalHash(1 + random.nextLong(head)).orElseThrow());
      }
    }
    measured = chain.reopened();
    store = measured.chain().store();
  }

  @TearDown
  public void close() {
    if (measured != null) {
      measured.close();
    }
  }

  /** Headers by hash. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public long header() {
    long size = 0;
    for (Bytes32 hash : hashes) {
      size += store == null ? 0 : store.headerBytes(hash).map(Bytes::size).orElse(0);
    }
    return size;
  }

  /** Receipts by hash. */
  @Benchmark
  @OperationsPerInvocation(READS)
  public long receipts() {
    long size = 0;
    for (Bytes32 hash : hashes) {
      size += store == null ? 0 : store.receiptsBytes(hash).map(Bytes::size).orElse(0);
    }
    return size;
  }
}
