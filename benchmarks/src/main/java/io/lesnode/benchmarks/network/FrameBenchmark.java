package io.lesnode.benchmarks.network;

import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.devp2p.rlpx.FrameCodec;
import io.lesnode.devp2p.rlpx.Handshake;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.lesnode.primitives.crypto.KeyPair;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.security.SecureRandom;
import java.util.Random;
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

/** Sealing a frame and opening it again: AES-CTR and the Keccak MACs of both ends. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameBenchmark {
  @Param({"100", "2000", "100000"})
  int payloadBytes;

  private EmbeddedChannel sender = new EmbeddedChannel();
  private EmbeddedChannel receiver = new EmbeddedChannel();
  private Frame frame = new Frame(0, Bytes.EMPTY);

  @Setup
  public void connect() {
    HandshakeRandom random = HandshakeRandom.secure(new SecureRandom());
    KeyPair first = KeyPair.ofSecret(Bytes32.repeat((byte) 7));
    KeyPair second = KeyPair.ofSecret(Bytes32.repeat((byte) 9));
    Handshake.Initiator initiator = Handshake.initiate(first, second.publicKey(), random);
    Handshake.Response response = Handshake.respond(second, initiator.authPacket(), random);
    int limit = Frame.BODY_LIMIT_BYTES;
    sender = new EmbeddedChannel(new FrameCodec(initiator.finish(response.ackPacket()), limit));
    receiver = new EmbeddedChannel(new FrameCodec(response.secrets(), limit));
    byte[] payload = new byte[payloadBytes];
    new Random(142).nextBytes(payload);
    frame = new Frame(0x12, Bytes.wrap(payload));
  }

  @Benchmark
  public Object sealAndOpen() {
    sender.writeOutbound(frame);
    ByteBuf sealed = sender.readOutbound();
    receiver.writeInbound(sealed);
    return receiver.readInbound();
  }
}
