package io.lesnode.benchmarks.payment;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.Refusal;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.lottery.LotteryCheque;
import io.lesnode.payment.lottery.LotteryContract;
import io.lesnode.payment.lottery.LotteryLeaf;
import io.lesnode.payment.lottery.LotteryLimits;
import io.lesnode.payment.lottery.LotteryMethod;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
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
 * Lottery cheques at depth 5 on one thread: decoded, the rules applied, the signature recovered,
 * high-water mark and credit booked; after {@code group} of them one synced write. One operation is
 * one group. Writes go to {@code -Dledger.dir}, the temporary directory unless set.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class LotteryAcceptBenchmark {
  private static final int PAYERS = 500;
  private static final int ROUNDS = 100;
  private static final long REVEAL = 5_000;
  private static final long SALT = 1;
  private static final long LEAF_SALT = 2;

  @Param({"1", "64", "256"})
  int group = 256;

  private final Address payee = KeyPair.ofSecret(Bytes32.repeat((byte) 8)).address();
  private final LotteryContract contract = new LotteryContract(1337, payee);
  private final LotteryLeaf leaf =
      new LotteryLeaf(payee, LEAF_SALT, Collections.nCopies(5, Bytes32.repeat((byte) 7)));
  private final KeyPair[] keys = new KeyPair[PAYERS];
  private final Counterparty[] peers = new Counterparty[PAYERS];
  private final Bytes[] proofs = new Bytes[PAYERS * ROUNDS];
  private Path directory = Path.of("");
  private Ledger ledger = Ledger.open(new MemoryLedgerStore());
  private LotteryMethod method = method();
  private int next;
  private long millis;

  private LotteryMethod method() {
    UInt256 pot = UInt256.valueOf(REVEAL).shiftLeft(128).add(UInt256.ONE.shiftLeft(59));
    return new LotteryMethod(
        contract, Bytes32.ZERO, payee, new RichPayers(Bytes32.ZERO, pot), LotteryLimits.standard());
  }

  /** Signs all cheques, with both cores. */
  @Setup(Level.Trial)
  public void sign() {
    for (int i = 0; i < PAYERS; i++) {
      keys[i] = KeyPair.ofSecret(Bytes32.leftPad(Bytes.ofUnsignedInt(1_000 + i)));
      peers[i] =
          new Counterparty(
              Bytes32.leftPad(Bytes.ofUnsignedInt(i)),
              keys[i].publicKey(),
              Optional.of(keys[i].address()));
    }
    IntStream.range(0, proofs.length).parallel().forEach(i -> proofs[i] = proof(i));
  }

  /** The first of a payer has the leaf, the others are short. */
  private Bytes proof(int i) {
    KeyPair key = keys[i % PAYERS];
    Bytes32 id = contract.id(key.address(), leaf.root(), SALT);
    long range = leaf.slot().lower() + 1_000L * (i / PAYERS + 1);
    Bytes signature = CompactSignature.of(key.sign(contract.digest(id, range))).bytes();
    return i < PAYERS
        ? new LotteryCheque(
                id,
                range,
                signature,
                Optional.of(new LotteryCheque.Opening(SALT, LEAF_SALT, leaf.proof())))
            .encoded()
        : Bytes.concatenate(id.slice(0, 4), Bytes.ofUnsignedInt(range), signature).copy();
  }

  /** Empty books for each iteration, so that all cheques are new again. */
  @Setup(Level.Iteration)
  public void open() throws IOException, Refusal {
    directory =
        Files.createTempDirectory(
            Files.createDirectories(
                Path.of(System.getProperty("ledger.dir", System.getProperty("java.io.tmpdir")))),
            "lotteries");
    begin();
  }

  private void begin() throws Refusal {
    ledger = Ledger.open(RocksLedgerStore.open(directory.resolve("books" + millis++)));
    method = method();
    next = 0;
    while (next < PAYERS) {
      receive();
    }
    ledger.commit();
  }

  /** Removes them. */
  @TearDown(Level.Iteration)
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

  /** Repeated cheques of as many payers, durable. */
  @Benchmark
  public List<Credit> accept() throws Refusal {
    List<Credit> credits = new ArrayList<>(group);
    for (int i = 0; i < group; i++) {
      if (next == proofs.length) {
        ledger.commit();
        ledger.close();
        begin();
      }
      credits.add(receive());
    }
    ledger.commit();
    return credits;
  }

  private Credit receive() throws Refusal {
    LedgerBatch batch = ledger.begin(millis++);
    Credit credit = method.receive(peers[next % PAYERS], proofs[next], batch);
    next++;
    ledger.accept(batch);
    return credit;
  }
}
