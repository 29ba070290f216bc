package io.lesnode.app.rpc;

import io.lesnode.rpc.RpcDispatcher;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcOffer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.MessageToMessageEncoder;
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
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * JSON-RPC on one TCP port (HTTP, WebSocket or both, with or without tokens) or on one Unix domain
 * socket. {@link #start} binds, {@link #close} stops accepting, lets no new request in and closes
 * the connections. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
public final class RpcServer implements AutoCloseable {
  private static final int MAX_LINE = 4096;
  private static final int MAX_HEADERS = 16 << 10;
  private static final int CHUNK = 64 << 10;

  private final EventLoopGroup acceptor =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("rpc-accept", true), NioIoHandler.newFactory());
  private final EventLoopGroup connections =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("rpc-io", true), NioIoHandler.newFactory());
  private final ExecutorService callers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("rpc-", 0).factory());
  private final AtomicInteger open = new AtomicInteger();
  private final RpcLimits limits;
  private final Semaphore running;
  private final Channel listening;

  /** Methods over plain HTTP, and who may call them. */
  public record Http(RpcOffer offer, HttpAccess access) {}

  /** Methods and subscriptions over WebSocket, and which pages may open one. */
  public record WebSocket(RpcOffer offer, WsOrigins origins) {}

  /**
   * What a TCP port serves.
   *
   * @param secret needed for every request when present
   */
  public record Port(
      Optional<Http> http, Optional<WebSocket> webSocket, Optional<JwtSecret> secret) {}

  private RpcServer(SocketAddress address, Pipelines pipelines, RpcLimits limits)
      throws IOException {
    this.limits = limits;
    this.running = new Semaphore(limits.maxConcurrent(), true);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, connections)
            .channel(channelType(address))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, pipelines);
                  }
                });
    if (address instanceof InetSocketAddress) {
      bootstrap
          .option(ChannelOption.SO_REUSEADDR, true)
          .childOption(ChannelOption.TCP_NODELAY, true);
    }
    this.listening = bind(bootstrap, address);
  }

  private static Class<? extends ServerChannel> channelType(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress
        ? NioServerDomainSocketChannel.class
        : NioServerSocketChannel.class;
  }

  private Channel bind(ServerBootstrap bootstrap, SocketAddress address) throws IOException {
    try {
      return bootstrap.bind(address).sync().channel();
    } catch (Exception failed) {
      shutdown();
      if (failed instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failed instanceof IOException cannotBind ? cannotBind : new IOException(failed);
    }
  }

  /**
   * Binds a TCP port and serves.
   *
   * @param address where to listen; port 0 takes a free one
   * @throws IOException if the address cannot be bound, for instance because the port is in use
   */
  public static RpcServer start(InetSocketAddress address, Port port, RpcLimits limits)
      throws IOException {
    return new RpcServer(address, (server, channel) -> server.web(channel, port), limits);
  }

  /**
   * Makes a Unix domain socket and serves. Who may open the file may use everything offered: the
   * caller sees to its permissions.
   *
   * @throws IOException if the socket cannot be made
   */
  public static RpcServer start(Path socket, RpcOffer offer, RpcLimits limits) throws IOException {
    RpcDispatcher dispatcher = new RpcDispatcher(offer, limits);
    return new RpcServer(
        UnixDomainSocketAddress.of(socket),
        (server, channel) -> server.ipc(channel, dispatcher),
        limits);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    shutdown();
  }

  private void shutdown() {
    acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    connections
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(2, TimeUnit.SECONDS);
    callers.shutdownNow();
  }

  /** Fills the pipeline of a new connection. */
  @FunctionalInterface
  private interface Pipelines {
    void fill(RpcServer server, Channel channel);
  }

  private void accept(Channel channel, Pipelines pipelines) {
    if (open.incrementAndGet() > limits.maxConnections()) {
      open.decrementAndGet();
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    channel
        .pipeline()
        .addLast(new WriteTimeoutHandler(limits.writeTimeout().toMillis(), TimeUnit.MILLISECONDS));
    pipelines.fill(this, channel);
  }

  private void web(Channel channel, Port port) {
    RequestClock clock = new RequestClock(limits.requestTimeout(), limits.idleTimeout());
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(clock, new HttpServerCodec(MAX_LINE, MAX_HEADERS, CHUNK));
    port.secret().ifPresent(s -> pipeline.addLast(new JwtGate(s, InstantSource.system())));
    pipeline.addLast(new BodyCollector(limits.maxBodyBytes()), new FlowControlHandler());
    port.webSocket()
        .ifPresent(
            ws -> {
              RpcDispatcher dispatcher = new RpcDispatcher(ws.offer(), limits);
              pipeline.addLast(
                  new WebSocketUpgrade(
                      ws.origins(),
                      limits,
                      port.http().isPresent(),
                      () -> stream(channel, dispatcher)));
            });
    port.http()
        .ifPresent(
            http ->
                pipeline.addLast(
                    new RpcHttpHandler(
                        new RpcDispatcher(http.offer(), limits),
                        http.access(),
                        clock,
                        callers,
                        running)));
  }

  private void ipc(Channel channel, RpcDispatcher dispatcher) {
    channel
        .pipeline()
        .addLast(
            new JsonStreamDecoder(limits.maxBodyBytes(), limits.requestTimeout()),
            new LineEnds(),
            new FlowControlHandler(),
            stream(channel, dispatcher));
  }

  private RpcStreamHandler stream(Channel channel, RpcDispatcher dispatcher) {
    return new RpcStreamHandler(dispatcher, limits, channel, callers, running);
  }

  /** Ends every message with a line feed, as Go's json.Encoder. */
  private static final class LineEnds extends MessageToMessageEncoder<ByteBuf> {
    @Override
    protected void encode(ChannelHandlerContext ctx, ByteBuf message, List<Object> out) {
      out.add(
          message.isReadable()
              ? Unpooled.wrappedBuffer(message.retain(), Unpooled.wrappedBuffer(new byte[] {'\n'}))
              : message.retain());
    }
  }

  /** Collects a request's body and refuses one that is too large with geth's words. */
  private static final class BodyCollector extends HttpObjectAggregator {
    /** As Go's: long enough for the answer to be read, short for whoever never stops sending. */
    private static final long LINGER_MILLIS = 500;

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
      ctx.writeAndFlush(response).addListener(sent -> lingerThenClose(ctx));
    }

    /**
     * Says that no more comes from us, and goes on discarding what the caller still sends for a
     * moment. A socket closed with bytes unread resets the connection, and the reset can overtake
     * the answer (RFC 9112, section 9.6; Go's rstAvoidanceDelay).
     */
    private static void lingerThenClose(ChannelHandlerContext ctx) {
      if (ctx.channel() instanceof DuplexChannel duplex) {
        duplex.shutdownOutput();
      }
      ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
