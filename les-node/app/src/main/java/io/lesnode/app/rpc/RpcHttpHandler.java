package io.lesnode.app.rpc;

import io.lesnode.rpc.RpcDispatcher;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP connection: checks each request as geth does (host, origin, method, content type), lets
 * the dispatcher answer it on a virtual thread, and reads the next one only when the answer has
 * left. Confined to the channel's event loop, the dispatcher's call aside.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
final class RpcHttpHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RpcHttpHandler.class);
  private static final Set<String> CONTENT_TYPES =
      Set.of("application/json", "application/json-rpc", "application/jsonrequest");

  private final RpcDispatcher dispatcher;
  private final HttpAccess access;
  private final RequestClock clock;
  private final Executor callers;
  private final Semaphore running;

  RpcHttpHandler(
      RpcDispatcher dispatcher,
      HttpAccess access,
      RequestClock clock,
      Executor callers,
      Semaphore running) {
    this.dispatcher = dispatcher;
    this.access = access;
    this.clock = clock;
    this.callers = callers;
    this.running = running;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    clock.received(ctx);
    ctx.channel().config().setAutoRead(false);
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    String origin = request.headers().get(HttpHeaderNames.ORIGIN, "");
    if (!request.decoderResult().isSuccess()) {
      refuse(ctx, HttpResponseStatus.BAD_REQUEST, "malformed HTTP request", false, origin);
      return;
    }
    if (!access.allowsHost(request.headers().get(HttpHeaderNames.HOST, ""))) {
      refuse(ctx, HttpResponseStatus.FORBIDDEN, "invalid host specified", keepAlive, origin);
      return;
    }
    if (request.method().equals(HttpMethod.OPTIONS)) {
      send(ctx, preflight(request, origin), keepAlive, origin);
      return;
    }
    boolean empty = !request.content().isReadable();
    if (request.method().equals(HttpMethod.GET) && empty && request.uri().indexOf('?') < 0) {
      // health checks of load balancers
      send(
          ctx,
          response(HttpResponseStatus.OK, "text/plain", Unpooled.EMPTY_BUFFER),
          keepAlive,
          origin);
      return;
    }
    if (request.method().equals(HttpMethod.PUT) || request.method().equals(HttpMethod.DELETE)) {
      refuse(ctx, HttpResponseStatus.METHOD_NOT_ALLOWED, "method not allowed", keepAlive, origin);
      return;
    }
    if (!CONTENT_TYPES.contains(mediaType(request))) {
      refuse(
          ctx,
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "invalid content type, only application/json is supported",
          keepAlive,
          origin);
      return;
    }
    byte[] body = ByteBufUtil.getBytes(request.content());
    callers.execute(() -> answer(ctx, body, keepAlive, origin));
  }

  /** Runs on a virtual thread. */
  private void answer(ChannelHandlerContext ctx, byte[] body, boolean keepAlive, String origin) {
    byte[] reply;
    running.acquireUninterruptibly();
    try {
      reply = dispatcher.answer(body).bytes().orElseGet(() -> new byte[0]);
    } finally {
      running.release();
    }
    FullHttpResponse response =
        response(HttpResponseStatus.OK, "application/json", Unpooled.wrappedBuffer(reply));
    ctx.executor().execute(() -> send(ctx, response, keepAlive, origin));
  }

  private static String mediaType(FullHttpRequest request) {
    String header = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    int semicolon = header.indexOf(';');
    return (semicolon < 0 ? header : header.substring(0, semicolon))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static FullHttpResponse preflight(FullHttpRequest request, String origin) {
    FullHttpResponse response =
        response(HttpResponseStatus.NO_CONTENT, "text/plain", Unpooled.EMPTY_BUFFER);
    if (!origin.isEmpty()) {
      String wanted = request.headers().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "");
      response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST, GET");
      if (!wanted.isEmpty()) {
        response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
      }
      response.headers().set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
    }
    return response;
  }

  private void refuse(
      ChannelHandlerContext ctx,
      HttpResponseStatus status,
      String text,
      boolean keepAlive,
      String origin) {
    ByteBuf body = Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8);
    send(ctx, response(status, "text/plain; charset=utf-8", body), keepAlive, origin);
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, ByteBuf body) {
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    return response;
  }

  private void send(
      ChannelHandlerContext ctx, FullHttpResponse response, boolean keepAlive, String origin) {
    access
        .allowedOrigin(origin)
        .ifPresentOrElse(
            allowed -> {
              response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
              response.headers().set(HttpHeaderNames.VARY, "Origin");
            },
            () -> {
              response.headers().remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS);
              response.headers().remove(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS);
              response.headers().remove(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE);
            });
    HttpUtil.setKeepAlive(response, keepAlive);
    ctx.writeAndFlush(response)
        .addListener(
            (ChannelFutureListener)
                sent -> {
                  if (!sent.isSuccess() || !keepAlive) {
                    ctx.close();
                    return;
                  }
                  clock.answered(ctx);
                  ctx.channel().config().setAutoRead(true);
                });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("http connection broke: {}", cause.getMessage());
    } else {
      LOG.debug("http connection closed", cause);
    }
    ctx.close();
  }
}
