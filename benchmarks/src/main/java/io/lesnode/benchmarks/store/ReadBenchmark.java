package io.lesnode.benchmarks.store;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.chain.store.TransactionLocation;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reads of the store by number or hash, of random blocks of the measured chain, from one snapshot.
 * The chain fits into the caches of RocksDB and of the system: this is the price of a warm read.
 * The limit is one descent through the index of a block of RocksDB, a copy and JNI.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReadBenchmark {
  private static final int BLOCKS = 512;

  private @Nullable MeasuredChain measured;
  private @Nullable ChainSnapshot snapshot;
  private final List<Bytes32> hashes = new ArrayList<>();
  private final List<Bytes32> roots = new ArrayList<>();
  private final List<Bytes32> transactions = new ArrayList<>();
  private final List<Long> numbers = new ArrayList<>();
  private int turn;

  @Setup
  public void open() {
    MeasuredChain chain = MeasuredChain.open();
    ChainSnapshot reader = chain.chain().store().snapshot();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < BLOCKS; i++) {
      long number = 1 + random.nextLong(chain.chain().head().number());
      BlockHeader header = reader.header(number).orElseThrow();
      numbers.add(number);
      hashes.add(header.hash());
      roots.add(header.stateRoot());
      List<Transaction> all = reader.body(header.hash()).orElseThrow().transactions();
      transactions.add(all.isEmpty() ? header.hash() : all.get(0).hash());
    }
    measured = chain;
    snapshot = reader;
  }

  @TearDown
  public void close() {
    if (snapshot != null && measured != null) {
      snapshot.close();
      measured.close();
    }
  }

  private ChainSnapshot next() {
    if (snapshot == null) {
      throw new IllegalStateException("not set up");
    }
    turn = turn + 1 == BLOCKS ? 0 : turn + 1;
    return snapshot;
  }

  /** A header by its number. */
  @Benchmark
  public Optional<Bytes> headerByNumber() {
    return next().headerBytes(numbers.get(turn));
  }

  /** A header by its hash, which needs its number first. */
  @Benchmark
  public Optional<Bytes> headerByHash() {
    return next().headerBytes(hashes.get(turn));
  }

  /** The hash of a block by its number. */
  @Benchmark
  public Optional<Bytes32> canonicalHash() {
    return next().canonicalHash(numbers.get(turn));
  }

  /** A body by hash. */
  @Benchmark
  public Optional<Bytes> body() {
    return next().bodyBytes(hashes.get(turn));
  }

  /** The receipts of a block by hash. */
  @Benchmark
  public Optional<Bytes> receipts() {
    return next().receiptsBytes(hashes.get(turn));
  }

  /** Where a transaction is. */
  @Benchmark
  public Optional<TransactionLocation> transaction() {
    return next().transaction(transactions.get(turn));
  }

  /** The root node of a state. */
  @Benchmark
  public @Nullable Bytes stateRootNode() {
    ChainSnapshot reader = next();
    return reader.accountNodes().node(roots.get(turn));
  }

  /** Opening and closing a snapshot, which every request does. */
  @Benchmark
  public long openSnapshot() {
    if (measured == null) {
      throw new IllegalStateException("not set up");
    }
    try (ChainSnapshot reader = measured.chain().store().snapshot()) {
      return reader.oldestState();
    }
  }
}
