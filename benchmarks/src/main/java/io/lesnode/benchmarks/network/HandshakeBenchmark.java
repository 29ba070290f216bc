package io.lesnode.benchmarks.network;

import io.lesnode.devp2p.rlpx.Handshake;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.lesnode.devp2p.rlpx.SessionSecrets;
import io.lesnode.primitives.crypto.KeyPair;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The cryptography of the RLPx handshake, each side by itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HandshakeBenchmark {
  private final HandshakeRandom random = HandshakeRandom.secure(new SecureRandom());
  private final KeyPair initiatorKey = KeyPair.ofSecret(Bytes32.repeat((byte) 7));
  private final KeyPair recipientKey = KeyPair.ofSecret(Bytes32.repeat((byte) 9));
  private final Handshake.Initiator initiator =
      Handshake.initiate(initiatorKey, recipientKey.publicKey(), random);
  private final Bytes ackPacket =
      Handshake.respond(recipientKey, initiator.authPacket(), random).ackPacket();

  @Benchmark
  public Handshake.Initiator initiatorStarts() {
    return Handshake.initiate(initiatorKey, recipientKey.publicKey(), random);
  }

  @Benchmark
  public Handshake.Response recipientResponds() {
    return Handshake.respond(recipientKey, initiator.authPacket(), random);
  }

  @Benchmark
  public SessionSecrets initiatorFinishes() {
    return initiator.finish(ackPacket);
  }
}
