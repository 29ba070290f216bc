package io.lesnode.benchmarks.payment;

import io.lesnode.payment.cheque.AccountBook2;
import io.lesnode.payment.signing.CompactSignature;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The steps of one cheque: what is signed, checking it against a key that is known, finding the
 * key, and signing. {@link ChequeAcceptBenchmark} has the whole way.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChequeBenchmark {
  @Param({"native", "java"})
  String implementation = "native";

  private final KeyPair key = KeyPair.ofSecret(Bytes32.repeat((byte) 7));
  private final Address payee = KeyPair.ofSecret(Bytes32.repeat((byte) 8)).address();
  private final UInt256 total = UInt256.valueOf(123_456_789_012_345L);
  private final AccountBook2 book = new AccountBook2(1337, payee);
  private final Bytes32 digest = book.digest(payee, total);
  private final Signature signature = key.sign(digest);
  private final CompactSignature compact = CompactSignature.of(signature);
  private Secp256k1 secp256k1 = Secp256k1.instance();

  /** Chooses the library. */
  @Setup
  public void choose() {
    secp256k1 = implementation.equals("java") ? Secp256k1.pureJava() : Secp256k1.instance();
  }

  @Benchmark
  public Bytes32 digest() {
    return book.digest(payee, total);
  }

  @Benchmark
  public boolean verify() {
    return secp256k1.verify(digest, compact.toBytes64(), key.publicKey());
  }

  @Benchmark
  public Optional<Bytes> recover() {
    return secp256k1.recover(digest, compact.toSignature());
  }

  @Benchmark
  public Signature sign() {
    return secp256k1.sign(digest, key.secret(), key.publicKey());
  }
}
