package io.lesnode.devp2p;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.devp2p.rlpx.HandshakeHandler;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.lesnode.devp2p.rlpx.RlpxException;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One of our connections on an {@link EmbeddedChannel} with virtual time, and a remote side without
 * any manners, which sends whatever the test says. Closing checks that no buffer leaked and that
 * nothing worse than DEBUG was logged.
 */
final class Wire implements AutoCloseable {
  static final KeyPair OUR_KEY = key(1);
  static final KeyPair THEIR_KEY = key(2);

  final FakeDoorkeeper doorkeeper = new FakeDoorkeeper();
  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final EmbeddedChannel ours;
  final EmbeddedChannel remote;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<Bytes> sentToUs = new ArrayList<>();
  private boolean warningsExpected;

  private Wire(List<SubProtocol> protocols, Origin origin, KeyPair expectedKey) {
    log.start();
    rootLogger().addAppender(log);
    P2pConfig config = P2pConfig.builder(OUR_KEY, "les-node/test").build();
    LocalNode local = LocalNode.of(config, protocols, predictable(100));
    Enode dialled = origin.dialled();
    PeerConnection connection = new PeerConnection(local, doorkeeper, origin);
    ours = new EmbeddedChannel();
    ours.config().setAllocator(allocator);
    ours.freezeTime();
    ours.pipeline()
        .addLast(
            new HandshakeHandler(
                OUR_KEY,
                dialled == null ? null : dialled.nodeId().publicKey(),
                local.random(),
                Hello.FRAME_LIMIT_BYTES),
            connection);
    remote =
        new EmbeddedChannel(
            new HandshakeHandler(
                THEIR_KEY,
                dialled == null ? expectedKey.publicKey() : null,
                predictable(200),
                Frame.BODY_LIMIT_BYTES),
            new Careless());
  }

  /** Keeps the faults that the remote side finds out of the way. */
  private static final class Careless extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      assertThat(cause).isInstanceOf(RlpxException.class);
    }
  }

  /** They dial us. */
  static Wire inbound(SubProtocol... protocols) {
    return new Wire(List.of(protocols), Origin.INBOUND, OUR_KEY);
  }

  /** We dial a node with this key; the one that answers has {@link #THEIR_KEY}. */
  static Wire dialling(KeyPair expected, SubProtocol... protocols) {
    return new Wire(List.of(protocols), new Origin(enode(expected)), OUR_KEY);
  }

  static Enode enode(KeyPair key) {
    return Enode.parse("enode://" + key.publicKey().toUnprefixedHexString() + "@127.0.0.1:30303");
  }

  /** A key of the tests. */
  static KeyPair key(int number) {
    return KeyPair.ofSecret(Keccak.keccak256(Bytes.ofUnsignedInt(number)));
  }

  /** Values that repeat from run to run, so that recorded streams can be replayed. */
  static HandshakeRandom predictable(int seed) {
    return new HandshakeRandom() {
      private int count;

      @Override
      public Bytes32 nonce() {
        return key().secret();
      }

      @Override
      public KeyPair key() {
        return Wire.key(seed * 1000 + count++);
      }

      @Override
      public byte[] initialisationVector() {
        return key().secret().slice(0, 16).toArray();
      }

      @Override
      public int paddingBytes() {
        return 128;
      }
    };
  }

  private static Logger rootLogger() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /** The Hello of a well-behaved remote side. */
  static Hello hello(String... capabilities) {
    List<Hello.Announced> announced = new ArrayList<>();
    for (String capability : capabilities) {
      String[] parts = capability.split("/", 2);
      announced.add(new Hello.Announced(parts[0], Long.parseLong(parts[1])));
    }
    return new Hello(Hello.VERSION, "remote/test", announced, 0, THEIR_KEY.publicKey());
  }

  /** Runs the encryption handshake; our Hello waits to be read afterwards. */
  Wire secure() {
    pump();
    return this;
  }

  /** Runs both handshakes and takes our Hello away. */
  Wire greet(Hello hello) {
    secure();
    send(BaseProtocol.HELLO, hello.encode());
    assertThat(received().code()).isEqualTo(BaseProtocol.HELLO);
    return this;
  }

  /** The remote side sends a frame as it is. */
  void send(int code, Bytes payload) {
    remote.writeOutbound(new Frame(code, payload));
    pump();
  }

  /** The remote side sends a compressed message. */
  void sendSnappy(int code, Bytes payload) {
    send(code, Snappy.deflate(payload));
  }

  /** The remote side says nothing of its own accord. */
  Wire mute() {
    remote.releaseOutbound();
    return this;
  }

  /** The remote side sends bytes, if the connection is still open. */
  void sendRaw(Bytes bytes) {
    if (ours.isOpen()) {
      sentToUs.add(bytes);
      ours.writeInbound(Unpooled.wrappedBuffer(bytes.toArray()));
      pump();
    }
  }

  /** What the remote side would send for a frame, kept back. */
  Bytes seal(int code, Bytes payload) {
    remote.writeOutbound(new Frame(code, payload));
    return take(remote);
  }

  /** Carries bytes in both directions until nobody has anything to say. */
  void pump() {
    while (true) {
      Bytes toUs = take(remote);
      if (!toUs.isEmpty() && ours.isOpen()) {
        sentToUs.add(toUs);
        ours.writeInbound(Unpooled.wrappedBuffer(toUs.toArray()));
      }
      ours.runPendingTasks();
      Bytes toThem = take(ours);
      if (!toThem.isEmpty()) {
        remote.writeInbound(Unpooled.wrappedBuffer(toThem.toArray()));
      }
      if (toUs.isEmpty() && toThem.isEmpty()) {
        return;
      }
    }
  }

  private static Bytes take(EmbeddedChannel channel) {
    List<Bytes> parts = new ArrayList<>();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      byte[] bytes = new byte[part.readableBytes()];
      part.readBytes(bytes);
      part.release();
      parts.add(Bytes.wrap(bytes));
    }
    return Bytes.concatenate(parts);
  }

  /** Everything that was sent to us so far. */
  Bytes sentToUs() {
    return Bytes.concatenate(sentToUs);
  }

  /** The next frame that we sent, or null. */
  @Nullable Frame poll() {
    return remote.readInbound();
  }

  /** The next frame that we sent. */
  Frame received() {
    Frame frame = poll();
    assertThat(frame).as("a frame from us").isNotNull();
    return Objects.requireNonNull(frame);
  }

  /** From now on the network takes nothing from us, and never says so. */
  void clog() {
    ours.pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
              }
            });
  }

  /** The TCP connection breaks. */
  void breakConnection() {
    ChannelFuture unused = ours.close();
  }

  /** Lets time pass on our side, a second at a time. */
  void seconds(int count) {
    for (int i = 0; i < count; i++) {
      ours.advanceTimeBy(1, TimeUnit.SECONDS);
      ours.runScheduledPendingTasks();
      pump();
    }
  }

  /** Checks that we told this reason and close after the time to linger. */
  void expectDisconnect(DisconnectReason reason, boolean snappy) {
    Frame frame = received();
    assertThat(frame.code()).isEqualTo(BaseProtocol.DISCONNECT);
    Bytes list = BaseProtocol.encodeDisconnect(reason);
    assertThat(frame.payload()).isEqualTo(snappy ? Snappy.deflate(list) : list);
    assertThat(doorkeeper.ended).isEqualTo(1);
    assertThat(ours.isOpen()).isTrue();
    seconds(3);
    expectClosed();
  }

  /** Checks that we have closed without a word. */
  void expectClosed() {
    assertThat(poll()).isNull();
    assertThat(ours.isOpen()).isFalse();
    assertThat(doorkeeper.ended).isEqualTo(1);
  }

  /** Our own mistakes may be logged. */
  void expectWarnings() {
    warningsExpected = true;
  }

  @Override
  public void close() {
    ours.finishAndReleaseAll();
    remote.finishAndReleaseAll();
    rootLogger().detachAppender(log);
    assertThat(allocator.metric().usedDirectMemory()).as("leaked direct memory").isZero();
    assertThat(allocator.metric().usedHeapMemory()).as("leaked heap memory").isZero();
    if (!warningsExpected) {
      assertThat(log.list)
          .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
          .isEmpty();
    }
  }
}
