package io.lesnode.devp2p.discovery;

import io.lesnode.devp2p.discovery.table.DiscoveryLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The UDP socket and the one thread of discovery. */
final class UdpLoop implements DiscoveryLoop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpLoop.class);

  /** One more than a packet may have, so that longer ones are seen to be too long. */
  static final int DATAGRAM_LIMIT_BYTES = 1280;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("discovery", true), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final InstantSource clock;
  private @Nullable Channel channel;

  UdpLoop(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Opens the socket.
   *
   * @param onPacket hears of every datagram on the loop; null instead of one that is too long
   * @throws IOException if the address cannot be bound
   */
  InetSocketAddress open(
      InetSocketAddress address, BiConsumer<InetSocketAddress, @Nullable Bytes> onPacket)
      throws IOException {
    ChannelFuture bound =
        new Bootstrap()
            .group(group)
            .channel(NioDatagramChannel.class)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(DATAGRAM_LIMIT_BYTES + 1))
            .handler(
                new SimpleChannelInboundHandler<DatagramPacket>() {
                  @Override
                  protected void channelRead0(ChannelHandlerContext context, DatagramPacket in) {
                    int size = in.content().readableBytes();
                    Bytes packet = null;
                    if (size <= DATAGRAM_LIMIT_BYTES) {
                      byte[] bytes = new byte[size];
                      in.content().readBytes(bytes);
                      packet = Bytes.wrap(bytes);
                    }
                    onPacket.accept(in.sender(), packet);
                  }

                  @Override
                  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                    // unreachable hosts come back as errors of the socket, bugs as anything
                    if (cause instanceof IOException) {
                      LOG.debug("The discovery socket: {}", cause.toString());
                    } else {
                      LOG.error("A discovery packet was not handled", cause);
                    }
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    channel = bound.channel();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  @Override
  public long nowNanos() {
    return loop.ticker().nanoTime();
  }

  @Override
  public long nowSeconds() {
    return clock.instant().getEpochSecond();
  }

  @Override
  public void send(InetSocketAddress to, Bytes packet) {
    Channel open = channel;
    if (open != null) {
      Future<?> unused =
          open.writeAndFlush(
              new DatagramPacket(Unpooled.wrappedBuffer(packet.toArrayUnsafe()), to));
    }
  }

  @Override
  public void after(long delayNanos, Runnable task) {
    if (!loop.isShuttingDown()) {
      Future<?> unused = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Runs a task on the loop soon. */
  void run(Runnable task) {
    if (!loop.isShuttingDown()) {
      loop.execute(task);
    }
  }

  /** Closes the socket and ends the thread; waits for that, a second or so. */
  @Override
  public void close() {
    Channel open = channel;
    if (open != null) {
      open.close().awaitUninterruptibly(TimeUnit.SECONDS.toMillis(1));
    }
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
