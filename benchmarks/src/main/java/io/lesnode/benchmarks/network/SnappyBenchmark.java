package io.lesnode.benchmarks.network;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
import org.xerial.snappy.Snappy;

/**
 * The compression of messages, with the library and the calls that the node uses. Payloads are half
 * random and half zeros, which is about how well headers compress. The limit is memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SnappyBenchmark {
  @Param({"100", "2000", "100000"})
  int payloadBytes;

  private byte[] payload = {};
  private byte[] compressed = {};

  @Setup
  public void fill() throws IOException {
    payload = new byte[payloadBytes];
    Random random = new Random(1);
    for (int i = 0; i < payloadBytes; i++) {
      payload[i] = i % 64 < 32 ? (byte) random.nextInt() : 0;
    }
    compressed = Snappy.compress(payload);
  }

  /** As a message is sent. */
  @Benchmark
  public byte[] compress() throws IOException {
    return Snappy.compress(payload);
  }

  /** As a message is received, into a buffer of the announced size. */
  @Benchmark
  public byte[] uncompress() throws IOException {
    byte[] output = new byte[payloadBytes];
    Snappy.uncompress(compressed, 0, compressed.length, output, 0);
    return output;
  }
}
