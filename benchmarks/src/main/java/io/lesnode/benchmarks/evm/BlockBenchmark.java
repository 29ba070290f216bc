package io.lesnode.benchmarks.evm;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * Executes blocks of the measured chain again, on the state of their parents and with all that is
 * checked afterwards (gas, bloom, roots of receipts and state), nothing stored: 64 blocks in turn,
 * senders known. The limits are the trie's hashes and reads; the interpreter comes after them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class BlockBenchmark {
  private static final int BLOCKS = 64;

  private @Nullable MeasuredChain measured;
  private final List<Block> blocks = new ArrayList<>();
  private int turn;

  @Setup
  public void open() {
    MeasuredChain opened = MeasuredChain.open();
    Blockchain chain = opened.chain();
    long head = chain.head().number();
    for (long number = Math.max(1, head - BLOCKS + 1); number <= head; number++) {
      BlockHeader header = chain.store().header(number).orElseThrow();
      BlockBody body = chain.store().body(header.hash()).orElseThrow();
      body.transactions().forEach(transaction -> transaction.sender());
      blocks.add(new Block(header, body));
    }
    measured = opened;
  }

  @TearDown
  public void close() {
    if (measured != null) {
      measured.close();
    }
  }

  /** One block. */
  @Benchmark
  public Block execute() {
    turn = turn + 1 == blocks.size() ? 0 : turn + 1;
    Block block = blocks.get(turn);
    if (measured != null) {
      measured.chain().execute(block);
    }
    return block;
  }
}
