package io.lesnode.benchmarks.crypto;

import io.lesnode.primitives.crypto.Keccak;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;
import org.bouncycastle.crypto.digests.KeccakDigest;
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

/** Keccak-256 of the sizes that a node hashes: a key, a trie branch, a header. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KeccakBenchmark {
  @Param({"32", "532", "560"})
  int sizeBytes;

  private byte[] input = {};

  @Setup
  public void fill() {
    input = new byte[sizeBytes];
    new Random(1).nextBytes(input);
  }

  /** What the node uses. */
  @Benchmark
  public Bytes32 node() {
    return Keccak.keccak256(input);
  }

  /** Bouncy Castle's digest. */
  @Benchmark
  public byte[] bouncyCastle() {
    byte[] output = new byte[32];
    KeccakDigest digest = new KeccakDigest(256);
    digest.update(input, 0, input.length);
    digest.doFinal(output, 0);
    return output;
  }
}
