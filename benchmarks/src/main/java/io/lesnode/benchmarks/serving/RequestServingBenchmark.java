package io.lesnode.benchmarks.serving;

import io.lesnode.benchmarks.chain.MeasuredChain;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.PreparedRequests;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decodes a request, answers it from the store and encodes the reply, as a worker of the server
 * does; 256 random requests in turn, so that everything is in memory after the warm-up. The limits
 * are reads of the store (bodies, receipts), the walk through the trie (proofs) and copying.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RequestServingBenchmark {
  private static final int REQUESTS = 256;
  private static final long SEED = 1;

  /** What is asked for, and how many items at once. */
  public enum Asked {
    /** One header. */
    HEADER(BenchmarkSetup.Type.HEADER, 1),
    /** As many headers as a request may ask for. */
    HEADERS_192(BenchmarkSetup.Type.HEADER, 192),
    /** One body. */
    BODY(BenchmarkSetup.Type.BODY, 1),
    /** As many bodies as a request may ask for. */
    BODIES_32(BenchmarkSetup.Type.BODY, 32),
    /** The receipts of one block. */
    RECEIPT(BenchmarkSetup.Type.RECEIPTS, 1),
    /** As many receipts as light clients ask for at once. */
    RECEIPTS_32(BenchmarkSetup.Type.RECEIPTS, 32),
    /** One contract's code. */
    CODE(BenchmarkSetup.Type.CODE, 1),
    /** One account. */
    PROOF(BenchmarkSetup.Type.PROOF, 1),
    /** As many accounts as a request may ask for. */
    PROOFS_64(BenchmarkSetup.Type.PROOF, 64),
    /** One header by its number, proven by the canonical hash trie. */
    CHT(BenchmarkSetup.Type.CHT, 1),
    /** One bit of a section's bloom filters. */
    BLOOM(BenchmarkSetup.Type.BLOOM, 1),
    /** The status of one transaction. */
    TX_STATUS(BenchmarkSetup.Type.TX_STATUS, 1);

    private final BenchmarkSetup.Type type;
    private final int amount;

    Asked(BenchmarkSetup.Type type, int amount) {
      this.type = type;
      this.amount = amount;
    }
  }

  @Param Asked asked = Asked.HEADER;

  private @Nullable MeasuredChain chain;
  private @Nullable PreparedRequests requests;

  @Setup
  public void prepare() {
    chain = MeasuredChain.open();
    BenchmarkSetup setup = new BenchmarkSetup(asked.type, asked.amount, 0, false, false);
    requests = chain.requests(setup, REQUESTS, SEED);
  }

  @TearDown
  public void close() {
    if (chain != null) {
      chain.close();
    }
  }

  /** One request; the result is the size of the reply. */
  @Benchmark
  public int request() {
    return requests == null ? 0 : requests.serveNext();
  }
}
