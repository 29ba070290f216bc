package io.lesnode.benchmarks.payment;

import io.lesnode.payment.Counterparty;
import io.lesnode.payment.Credit;
import io.lesnode.payment.MethodId;
import io.lesnode.payment.PaymentMethod.Received;
import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.payment.cheque.Cheque;
import io.lesnode.payment.cheque.ChequeMethod;
import io.lesnode.payment.cheque.ChequeSettings;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.vipnode.wire.VipCodec;
import io.lesnode.vipnode.wire.VipMessage;
import io.lesnode.vipnode.wire.VipSignatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * The whole way of cheques on one thread: the bytes of a Pay message are decoded, the rules
 * applied, the signature verified, cheque and credit booked; after {@code group} of them one synced
 * write, then the Receipt messages. One operation is one group, so payments per second are {@code
 * group} divided by the time, and the time is how long the first of a group waits.
 *
 * <p>{@link #accept} takes cheques of many payers; {@link #acceptUnsigned} is the same with
 * receipts that are not signed, which shows what our own signature costs; {@link #coalesced} takes
 * a group of one payer, of which only the highest is verified. Writes go to {@code -Dledger.dir},
 * the temporary directory unless set, and are forced to the disk.
 */
@State(Scope.Thread)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
@Fork(1)
public class ChequeAcceptBenchmark {
  private static final int PAYERS = 500;
  private static final int ROUNDS = 200;
  private static final KeyPair NODE = KeyPair.ofSecret(Bytes32.repeat((byte) 5));

  @Param({"native", "java"})
  String implementation = "native";

  @Param({"1", "64", "256"})
  int group = 256;

  private final Address payee = KeyPair.ofSecret(Bytes32.repeat((byte) 8)).address();
  private final AccountBook2 book = new AccountBook2(1337, payee);
  private final KeyPair[] keys = new KeyPair[PAYERS];
  private final Counterparty[] peers = new Counterparty[PAYERS];
  private final Bytes[] messages = new Bytes[PAYERS * ROUNDS];
  private Path directory = Path.of("");
  private Ledger ledger = Ledger.open(new MemoryLedgerStore());
  private ChequeMethod method =
      new ChequeMethod(
          book, ChequeSettings.standard(payee), new RichPayers(book), Optional.empty());
  private int next;
  private long millis;

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
    IntStream.range(0, messages.length).parallel().forEach(i -> messages[i] = message(i));
  }

  private Bytes message(int i) {
    UInt256 total = UInt256.valueOf(1_000_000_000_000L * (i / PAYERS + 1));
    CompactSignature signature =
        CompactSignature.of(keys[i % PAYERS].sign(book.digest(payee, total)));
    Bytes proof = book.encode(new Cheque(payee, total, signature));
    return VipCodec.encode(
        new VipMessage.Pay(Bytes.ofUnsignedLong(i), MethodId.CHEQUE.number(), proof, 0));
  }

  /** Empty books for each iteration, so that all cheques are new again. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory =
        Files.createTempDirectory(
            Files.createDirectories(
                Path.of(System.getProperty("ledger.dir", System.getProperty("java.io.tmpdir")))),
            "cheques");
    begin();
  }

  private void begin() {
    ledger = Ledger.open(RocksLedgerStore.open(directory.resolve("books" + millis++)));
    Secp256k1 library = implementation.equals("java") ? Secp256k1.pureJava() : Secp256k1.instance();
    method =
        new ChequeMethod(
            book, ChequeSettings.standard(payee), new RichPayers(book), Optional.empty(), library);
    next = 0;
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

  /** Cheques of as many payers, durable, with signed receipts. */
  @Benchmark
  public List<Bytes> accept() {
    return acceptGroup(true);
  }

  /** The same without our own signature. */
  @Benchmark
  public List<Bytes> acceptUnsigned() {
    return acceptGroup(false);
  }

  private List<Bytes> acceptGroup(boolean signed) {
    List<Accepted> accepted = new ArrayList<>(group);
    for (int i = 0; i < group; i++) {
      int at = take();
      accepted.add(receive(peers[at % PAYERS], List.of(messages[at])));
    }
    ledger.commit();
    return accepted.stream().map(each -> receipt(each, signed)).toList();
  }

  /** A group of one payer's, of which the highest is verified. */
  @Benchmark
  public List<Bytes> coalesced() {
    int at = take();
    VipMessage.Pay highest = pay(messages[at]);
    Bytes signature = highest.proof().slice(0, CompactSignature.SIZE_BYTES);
    long total = highest.proof().slice(CompactSignature.SIZE_BYTES).toLong();
    List<Bytes> queued = new ArrayList<>(group);
    for (int i = group - 1; i > 0; i--) {
      Bytes lower = Bytes.ofUnsignedLong(total - i).trimLeadingZeros();
      queued.add(
          VipCodec.encode(
              new VipMessage.Pay(
                  Bytes.ofUnsignedLong(i),
                  MethodId.CHEQUE.number(),
                  Bytes.concatenate(signature, lower),
                  0)));
    }
    queued.add(messages[at]);
    Accepted accepted = receive(peers[at % PAYERS], queued);
    ledger.commit();
    return List.of(receipt(accepted, true));
  }

  private int take() {
    if (next == messages.length) {
      ledger.close();
      begin();
    }
    return next++;
  }

  private Accepted receive(Counterparty peer, List<Bytes> pays) {
    List<Bytes> proofs = new ArrayList<>(pays.size());
    for (Bytes message : pays) {
      proofs.add(pay(message).proof());
    }
    LedgerBatch batch = ledger.begin(millis++);
    List<Received> answers = method.receiveMany(peer, proofs, batch);
    ledger.accept(batch);
    if (answers.getLast() instanceof Received.Accepted good
        && good.credit() instanceof Credit.Money money) {
      return new Accepted(peer, money);
    }
    throw new IllegalStateException(answers.getLast().toString());
  }

  private static VipMessage.Pay pay(Bytes message) {
    if (VipCodec.decode(8, message) instanceof VipMessage.Pay pay) {
      return pay;
    }
    throw new IllegalStateException("not a payment");
  }

  private Bytes receipt(Accepted accepted, boolean signed) {
    Bytes payId = Bytes.ofUnsignedLong(7);
    UInt256 cumulative = accepted.money().cumulativeWei();
    Bytes signature =
        signed
            ? NODE.sign(
                    VipSignatures.receiptDigest(
                        payId,
                        accepted.peer().nodeId(),
                        MethodId.CHEQUE.number(),
                        cumulative,
                        0,
                        0))
                .toBytes65()
            : Bytes.EMPTY;
    return Bytes.concatenate(payId, cumulative.toMinimalBytes(), signature);
  }

  private record Accepted(Counterparty peer, Credit.Money money) {}
}
