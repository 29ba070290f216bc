package io.lesnode.benchmarks.evm;

import io.lesnode.evm.precompile.Precompile;
import io.lesnode.evm.precompile.PrecompileException;
import io.lesnode.evm.precompile.Precompiles;
import io.lesnode.primitives.Address;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The precompiles of alt_bn128, at 6000 gas for a multiplication and 113,000 for two pairs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PrecompileBenchmark {
  private static final String X = "00".repeat(31) + "01";
  private static final String Y = "00".repeat(31) + "02";
  private static final String MINUS_Y =
      "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45";
  private static final String G2 =
      "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
          + "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
          + "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
          + "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";

  private final Bytes pairs = Bytes.fromHexString(X + Y + G2 + X + MINUS_Y + G2);
  private final Bytes scalar = Bytes.fromHexString(X + Y + "ff".repeat(32));
  private final Precompile multiply = at(7);
  private final Precompile pairing = at(8);

  private static Precompile at(int number) {
    Address address = Address.of(Bytes.concatenate(Bytes.wrap(new byte[19]), Bytes.of(number)));
    return Objects.requireNonNull(
        Precompiles.of(io.lesnode.primitives.config.Fork.LONDON).at(address));
  }

  /** A point times a 256-bit number. */
  @Benchmark
  public Bytes multiplication() throws PrecompileException {
    return multiply.run(scalar);
  }

  /** A check of two pairs, which is what a signature or proof verifier asks for at least. */
  @Benchmark
  public Bytes twoPairings() throws PrecompileException {
    return pairing.run(pairs);
  }
}
