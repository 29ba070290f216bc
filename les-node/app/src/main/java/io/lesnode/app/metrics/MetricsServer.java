package io.lesnode.app.metrics;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows metrics to Prometheus over HTTP at {@code /metrics} and at geth's path {@code
 * /debug/metrics/prometheus}. Scrapes run one after the other on one thread. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final Set<String> PATHS = Set.of("/metrics", "/debug/metrics/prometheus");
  private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final int MAX_CONNECTIONS = 16;
  private static final int MAX_BODY_BYTES = 8 << 10;

  /** Longer than the usual scrape interval of a minute, so that connections are kept. */
  private static final int IDLE_SECONDS = 150;

  private static final int WRITE_SECONDS = 30;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("metrics-io", true), NioIoHandler.newFactory());
  private final ExecutorService scraper =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("metrics-scrape").factory());
  private final AtomicInteger open = new AtomicInteger();
  private final NodeMetrics metrics;
  private final Channel listening;

  private MetricsServer(InetSocketAddress address, MetricsSource source) throws IOException {
    this.metrics = new NodeMetrics(source);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                });
    try {
      this.listening = bootstrap.bind(address).sync().channel();
    } catch (Exception failed) {
      shutdown();
      if (failed instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failed instanceof IOException cannotBind ? cannotBind : new IOException(failed);
    }
  }

  /**
   * Binds and serves.
   *
   * @param address where to listen; port 0 takes a free one
   * @throws IOException if the address cannot be bound
   */
  public static MetricsServer start(InetSocketAddress address, MetricsSource source)
      throws IOException {
    return new MetricsServer(address, source);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  private void accept(Channel channel) {
    if (open.incrementAndGet() > MAX_CONNECTIONS) {
      open.decrementAndGet();
      channel.close();
      return;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    channel
        .pipeline()
        .addLast(
            new ReadTimeoutHandler(IDLE_SECONDS),
            new WriteTimeoutHandler(WRITE_SECONDS),
            new HttpServerCodec(),
            new HttpObjectAggregator(MAX_BODY_BYTES, true),
            new FlowControlHandler(),
            new Scrapes());
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    shutdown();
  }

  private void shutdown() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    scraper.shutdownNow();
    metrics.close();
  }

  /** One connection; reads the next request only when the answer has left. */
  private final class Scrapes extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      boolean keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
      if (!request.decoderResult().isSuccess()) {
        send(ctx, HttpResponseStatus.BAD_REQUEST, "malformed HTTP request\n", keepAlive);
      } else if (!PATHS.contains(new QueryStringDecoder(request.uri()).path())) {
        send(ctx, HttpResponseStatus.NOT_FOUND, "404: the metrics are at /metrics\n", keepAlive);
      } else if (!request.method().equals(HttpMethod.GET)) {
        send(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "method not allowed\n", keepAlive);
      } else {
        ctx.channel().config().setAutoRead(false);
        scraper.execute(() -> scrape(ctx, keepAlive));
      }
    }

    /** Runs on the scraping thread. */
    private void scrape(ChannelHandlerContext ctx, boolean keepAlive) {
      String text;
      try {
        text = metrics.scrape();
      } catch (RuntimeException bug) {
        LOG.error("a scrape failed inside the node", bug);
        send(ctx, HttpResponseStatus.INTERNAL_SERVER_ERROR, "internal error\n", false);
        return;
      }
      send(ctx, HttpResponseStatus.OK, text, keepAlive);
    }

    private void send(
        ChannelHandlerContext ctx, HttpResponseStatus status, String text, boolean keepAlive) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              status,
              Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, CONTENT_TYPE);
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
      HttpUtil.setKeepAlive(response, keepAlive);
      ctx.writeAndFlush(response)
          .addListener(
              sent -> {
                if (keepAlive && sent.isSuccess()) {
                  ctx.channel().config().setAutoRead(true);
                } else {
                  ctx.close();
                }
              });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("metrics connection closed: {}", cause.toString());
      ctx.close();
    }
  }
}
