package io.lesnode.benchmarks.crypto;

import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Secp256k1;
import io.lesnode.primitives.crypto.Signature;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
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

/** Signing, recovery and key agreement with each implementation. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Secp256k1Benchmark {
  @Param({"native", "java"})
  String implementation = "native";

  private final KeyPair key = KeyPair.ofSecret(Bytes32.repeat((byte) 7));
  private final Bytes32 digest = Bytes32.repeat((byte) 9);
  private final Signature signature = key.sign(digest);
  private Secp256k1 secp256k1 = Secp256k1.instance();

  @Setup
  public void choose() {
    secp256k1 = implementation.equals("java") ? Secp256k1.pureJava() : Secp256k1.instance();
  }

  @Benchmark
  public Signature sign() {
    return secp256k1.sign(digest, key.secret(), key.publicKey());
  }

  @Benchmark
  public Optional<Bytes> recover() {
    return secp256k1.recover(digest, signature);
  }

  @Benchmark
  public Bytes32 ecdh() {
    return secp256k1.ecdh(key.secret(), key.publicKey());
  }
}
