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
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a few pages over HTTP to whoever asks with GET. Pages are made one after the other on one
 * thread. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
public final class PageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);

  /** A page. */
  public record Page(int status, String contentType, String text) {}

  private static final int MAX_CONNECTIONS = 16;
  private static final int MAX_BODY_BYTES = 8 << 10;

  /** Longer than the usual scrape interval of a minute, so that connections are kept. */
  private static final int IDLE_SECONDS = 150;

  private static final int WRITE_SECONDS = 30;

  private final EventLoopGroup loop;
  private final ExecutorService maker;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<String, Supplier<Page>> pages;
  private final Channel listening;

  private PageServer(InetSocketAddress address, String name, Map<String, Supplier<Page>> pages)
      throws IOException {
    this.pages = Map.copyOf(pages);
    this.loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory(name + "-io", true), NioIoHandler.newFactory());
    this.maker =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
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
   * @param name of its threads
   * @param pages by path; made anew for each request
   * @throws IOException if the address cannot be bound
   */
  public static PageServer start(
      InetSocketAddress address, String name, Map<String, Supplier<Page>> pages)
      throws IOException {
    return new PageServer(address, name, pages);
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
            new Requests());
  }

  @Override
  public void close() {
    listening.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    shutdown();
  }

  private void shutdown() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    maker.shutdownNow();
  }

  /** One connection; reads the next request only when the answer has left. */
  private final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      boolean keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
      if (!request.decoderResult().isSuccess()) {
        send(ctx, plain(400, "malformed HTTP request"), keepAlive);
        return;
      }
      Supplier<Page> page = pages.get(new QueryStringDecoder(request.uri()).path());
      if (page == null) {
        send(ctx, plain(404, "404: there is " + new TreeSet<>(pages.keySet())), keepAlive);
      } else if (!request.method().equals(HttpMethod.GET)) {
        send(ctx, plain(405, "method not allowed"), keepAlive);
      } else {
        ctx.channel().config().setAutoRead(false);
        maker.execute(() -> make(ctx, page, keepAlive));
      }
    }

    /** Runs on the thread of pages. */
    private void make(ChannelHandlerContext ctx, Supplier<Page> page, boolean keepAlive) {
      Page made;
      try {
        made = page.get();
      } catch (RuntimeException bug) {
        LOG.error("a page failed inside the node", bug);
        send(ctx, plain(500, "internal error"), false);
        return;
      }
      send(ctx, made, keepAlive);
    }

    private static Page plain(int status, String text) {
      return new Page(status, "text/plain; charset=utf-8", text + "\n");
    }

    private void send(ChannelHandlerContext ctx, Page page, boolean keepAlive) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(page.status()),
              Unpooled.wrappedBuffer(page.text().getBytes(StandardCharsets.UTF_8)));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, page.contentType());
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
      LOG.debug("page connection closed: {}", cause.toString());
      ctx.close();
    }
  }
}
