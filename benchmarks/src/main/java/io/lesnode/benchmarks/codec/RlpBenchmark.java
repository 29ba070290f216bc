package io.lesnode.benchmarks.codec;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.chain.store.ChainSnapshot;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
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
 * What a chain is made of, read strictly from its RLP and written again: the middle block of the
 * measured chain. Hashes are not computed: see {@code crypto}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RlpBenchmark {
  private Bytes header = Bytes.EMPTY;
  private Bytes body = Bytes.EMPTY;
  private Bytes transaction = Bytes.EMPTY;
  private Bytes receipts = Bytes.EMPTY;
  private BlockBody decoded = BlockBody.EMPTY;

  @Setup
  public void read() {
    try (MeasuredChain measured = MeasuredChain.open();
        ChainSnapshot snapshot = measured.chain().store().snapshot()) {
      BlockHeader middle = snapshot.header(measured.chain().head().number() / 2).orElseThrow();
      header = middle.encoded().copy();
      body = snapshot.bodyBytes(middle.hash()).orElseThrow().copy();
      receipts = snapshot.receiptsBytes(middle.hash()).orElseThrow().copy();
      decoded = BlockBody.decode(body);
      transaction = decoded.transactions().get(0).encoded().copy();
    }
  }

  /** A header. */
  @Benchmark
  public BlockHeader readHeader() {
    return BlockHeader.decode(header);
  }

  /** A body with its transactions. */
  @Benchmark
  public BlockBody readBody() {
    return BlockBody.decode(body);
  }

  /** A body, written. */
  @Benchmark
  public Bytes writeBody() {
    return decoded.encoded();
  }

  /** One transaction. */
  @Benchmark
  public Transaction readTransaction() {
    return Transaction.decode(transaction);
  }

  /** The receipts of a block. */
  @Benchmark
  public List<Receipt> readReceipts() {
    return RlpReader.decode(receipts, reader -> reader.readListOf(1_000, Receipt::readFrom));
  }
}
