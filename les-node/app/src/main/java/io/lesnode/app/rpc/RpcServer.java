package io.lesnode.app.rpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * JSON-RPC over HTTP. {@link #start} binds, {@link #close} stops accepting, lets no new request in
 * and closes the connections. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
public final class RpcServer implements AutoCloseable {
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEADERS = 16 << 10;
  private static final int CHUNK = 64 << 10;

  private final EventLoopGroup acceptor;
  private final EventLoopGroup connections;
  private final ExecutorService callers;
  private final Channel listening;

  private RpcServer(
      EventLoopGroup acceptor,
      EventLoopGroup connections,
      ExecutorService callers,
      Channel listening) {
    this.acceptor = acceptor;
    this.connections = connections;
    this.callers = callers;
    this.listening = listening;
  }

  /**
   * Binds and serves.
   *
   * @param address where to listen; port 0 takes a free one
   * @throws IOException if the address cannot be bound, for instance because the port is in use
   */
  public static RpcServer start(
      InetSocketAddress address, RpcMethods methods, HttpAccess access, RpcLimits limits)
      throws IOException {
    return start(address, methods.byName(), access, limits);
  }

  static RpcServer start(
      InetSocketAddress address,
      Map<String, RpcMethod> methods,
      HttpAccess access,
      RpcLimits limits)
      throws IOException {
    EventLoopGroup acceptor =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http-accept", true), NioIoHandler.newFactory());
    EventLoopGroup connections =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    ExecutorService callers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rpc-", 0).factory());
    RpcDispatcher dispatcher = new RpcDispatcher(methods, limits);
    Semaphore running = new Semaphore(limits.maxConcurrent(), true);
    AtomicInteger open = new AtomicInteger();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, connections)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    if (open.incrementAndGet() > limits.maxConnections()) {
                      open.decrementAndGet();
                      channel.close();
                      return;
                    }
                    channel.closeFuture().addListener(closed -> open.decrementAndGet());
                    RequestClock clock =
                        new RequestClock(limits.requestTimeout(), limits.idleTimeout());
                    channel
                        .pipeline()
                        .addLast(
                            new WriteTimeoutHandler(
                                limits.writeTimeout().toMillis(), TimeUnit.MILLISECONDS),
                            clock,
                            new HttpServerCodec(MAX_LINE, MAX_HEADERS, CHUNK),
                            new BodyCollector(limits.maxBodyBytes()),
                            new FlowControlHandler(),
                            new RpcHttpHandler(dispatcher, access, clock, callers, running));
                  }
                });
    try {
      Channel listening = bootstrap.bind(address).sync().channel();
      return new RpcServer(acceptor, connections, callers, listening);
    } catch (Exception failed) {
      acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      connections.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      callers.shutdownNow();
      if (failed instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failed instanceof IOException cannotBind ? cannotBind : new IOException(failed);
    }
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    connections
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
    callers.shutdownNow();
  }

  /** Collects a request's body and refuses one that is too large with geth's words. */
  private static final class BodyCollector extends HttpObjectAggregator {
    BodyCollector(int maxBodyBytes) {
      super(maxBodyBytes, true);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage message) {
      String announced = message.headers().get(HttpHeaderNames.CONTENT_LENGTH, "?");
      String text = "content length too large (" + announced + ">" + maxContentLength() + ")\n";
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
              Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      response.headers().set(HttpHeaderNames.CONNECTION, "close");
      ctx.writeAndFlush(response).addListener(sent -> ctx.close());
    }
  }
}
