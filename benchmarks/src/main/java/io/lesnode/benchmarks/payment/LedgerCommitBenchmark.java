package io.lesnode.benchmarks.payment;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.ledger.Booking;
import io.lesnode.payment.ledger.Bookkeeping;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.LedgerStore;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.rocks.RocksLedgerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * One group commit: as many payments as {@code group} says, each of another of 10,000 payers, each
 * with its proof of 150 bytes, the payer's credit and the exchange into tokens, in one batch per
 * payment; then one synced write. Payments per second are {@code group} divided by the time; no
 * signature is checked here. {@code rocksdb} writes and forces to the disk in {@code -Dledger.dir}
 * (the temporary directory unless set); {@code memory} shows what the books cost without a disk.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class LedgerCommitBenchmark {

  private static final int PAYERS = 10_000;
  private static final int PROOF_BYTES = 150;
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger PRICE = BigInteger.valueOf(999_999_936);
  private static final long TOKENS = 9_615_384;

  @Param({"1", "16", "64", "256", "1024"})
  int group;

  @Param({"rocksdb", "memory"})
  String store = "rocksdb";

  private final SplittableRandom random = new SplittableRandom(1);
  private final Bytes[] owners = new Bytes[PAYERS];
  private final Bytes32[] nodes = new Bytes32[PAYERS];
  private Path directory = Path.of("");
  private Ledger ledger = Ledger.open(new MemoryLedgerStore());
  private int turn;
  private long counter;

  /** Opens new books for each run. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory =
        Files.createTempDirectory(
            Files.createDirectories(
                Path.of(System.getProperty("ledger.dir", System.getProperty("java.io.tmpdir")))),
            "ledger");
    LedgerStore books =
        store.equals("memory")
            ? new MemoryLedgerStore()
            : RocksLedgerStore.open(directory.resolve("books"));
    ledger = Ledger.open(books);
    for (int i = 0; i < PAYERS; i++) {
      byte[] bytes = new byte[52];
      random.nextBytes(bytes);
      owners[i] = Bytes.wrap(bytes, 0, 20);
      nodes[i] = Bytes32.wrap(bytes, 20);
    }
  }

  /** Closes and removes them. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    ledger.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** Takes a group of payments and makes them durable. */
  @Benchmark
  public int commit() {
    for (int i = 0; i < group; i++) {
      turn = turn + 1 == PAYERS ? 0 : turn + 1;
      LedgerBatch batch = ledger.begin(counter++);
      pay(batch, owners[turn], nodes[turn]);
      ledger.accept(batch);
    }
    return ledger.commit();
  }

  private void pay(LedgerBatch batch, Bytes owner, Bytes32 node) {
    byte[] proof = new byte[PROOF_BYTES];
    random.nextBytes(proof);
    Bytes reference = Bytes.ofUnsignedLong(counter);
    batch.get("cheques", owner);
    batch.put("cheques", owner, Bytes.wrap(proof));
    Booking paid = Bookkeeping.pay(batch, MethodId.CHEQUE, owner, AMOUNT, reference);
    Booking bought = Bookkeeping.exchange(batch, owner, node, TOKENS, PRICE, reference);
    if (!paid.isBooked() || !bought.isBooked()) {
      throw new IllegalStateException(paid + " " + bought);
    }
  }
}
