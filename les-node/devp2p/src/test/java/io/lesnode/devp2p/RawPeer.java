package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.devp2p.rlpx.HandshakeHandler;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.lesnode.primitives.crypto.KeyPair;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** A remote side on a real socket that does the encryption handshake and then as it is told. */
final class RawPeer implements AutoCloseable {
  private final KeyPair key;
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CountDownLatch secured = new CountDownLatch(1);
  private @Nullable Channel channel;
  private @Nullable Frame last;

  private RawPeer(KeyPair key) {
    this.key = key;
  }

  /** Connects and runs the encryption handshake. */
  static RawPeer connect(Enode node, KeyPair key) throws InterruptedException {
    RawPeer peer = new RawPeer(key);
    peer.channel =
        new Bootstrap()
            .group(peer.group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HandshakeHandler(
                                key,
                                node.nodeId().publicKey(),
                                HandshakeRandom.secure(new SecureRandom()),
                                Frame.BODY_LIMIT_BYTES),
                            peer.new Collector());
                  }
                })
            .connect(node.endpoint().orElseThrow())
            .sync()
            .channel();
    if (!peer.secured.await(30, TimeUnit.SECONDS)) {
      throw new AssertionError("no handshake");
    }
    return peer;
  }

  private final class Collector extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      secured.countDown();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      frames.add((Frame) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      // the other side may close on us at any time
    }
  }

  Hello hello(String capability) {
    Hello model = Wire.hello(capability);
    return new Hello(5, "raw", model.capabilities(), 0, key.publicKey());
  }

  void send(int code, Bytes payload) throws InterruptedException {
    Objects.requireNonNull(channel).writeAndFlush(new Frame(code, payload)).sync();
  }

  void pauseReading() {
    Objects.requireNonNull(channel).config().setAutoRead(false);
  }

  void resumeReading() {
    Objects.requireNonNull(channel).config().setAutoRead(true);
  }

  /** The next frame. */
  Frame firstFrame() throws InterruptedException {
    Frame frame = frames.poll(30, TimeUnit.SECONDS);
    last = frame;
    return Objects.requireNonNull(frame, "no frame came");
  }

  /** The frame that was returned last. */
  Frame lastFrame() {
    return Objects.requireNonNull(last);
  }

  @Override
  public void close() {
    Objects.requireNonNull(channel).close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
