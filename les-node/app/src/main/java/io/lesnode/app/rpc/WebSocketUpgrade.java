package io.lesnode.app.rpc;

import io.lesnode.rpc.RpcLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an HTTP connection into a WebSocket when the request asks for it and its origin may;
 * everything else goes on to the next handler, which may be absent: then it is 404, as on a geth
 * port that has only WebSocket. Confined to the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel by itself
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(WebSocketUpgrade.class);

  /** A caller silent for this long is asked for a sign of life; geth: wsPingInterval. */
  private static final Duration PING_AFTER = Duration.ofSeconds(60);

  private final WsOrigins origins;
  private final RpcLimits limits;
  private final boolean httpToo;
  private final Supplier<RpcStreamHandler> streams;

  /**
   * An upgrade for one connection.
   *
   * @param httpToo whether another handler follows that answers plain HTTP
   * @param streams makes the handler of the messages
   */
  WebSocketUpgrade(
      WsOrigins origins, RpcLimits limits, boolean httpToo, Supplier<RpcStreamHandler> streams) {
    this.origins = origins;
    this.limits = limits;
    this.httpToo = httpToo;
    this.streams = streams;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (!(message instanceof FullHttpRequest request) || (httpToo && !wantsWebSocket(request))) {
      super.channelRead(ctx, message);
      return;
    }
    try {
      if (!request.decoderResult().isSuccess()) {
        refuse(ctx, HttpResponseStatus.BAD_REQUEST, "malformed HTTP request");
      } else if (!wantsWebSocket(request)) {
        refuse(ctx, HttpResponseStatus.NOT_FOUND, "404 page not found");
      } else if (!origins.allow(request.headers().get(HttpHeaderNames.ORIGIN))) {
        LOG.warn(
            "rejected WebSocket connection: origin={}",
            printable(request.headers().get(HttpHeaderNames.ORIGIN, "")));
        refuse(ctx, HttpResponseStatus.FORBIDDEN, "origin not allowed");
      } else {
        upgrade(ctx, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** As geth's isWebsocket. */
  private static boolean wantsWebSocket(FullHttpRequest request) {
    return HttpHeaderValues.WEBSOCKET.contentEqualsIgnoreCase(
            request.headers().get(HttpHeaderNames.UPGRADE, ""))
        && request
            .headers()
            .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
  }

  private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
    WebSocketDecoderConfig frames =
        WebSocketDecoderConfig.newBuilder().maxFramePayloadLength(limits.maxBodyBytes()).build();
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory("ws://localhost/", null, frames)
            .newHandshaker(request);
    if (handshaker == null) {
      WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
      return;
    }
    ChannelPipeline pipeline = ctx.pipeline();
    List.of(RequestClock.class, FlowControlHandler.class).forEach(pipeline::remove);
    if (httpToo) {
      pipeline.remove(RpcHttpHandler.class);
    }
    handshaker.handshake(ctx.channel(), request);
    pipeline
        .addLast(new IdleStateHandler((int) PING_AFTER.toSeconds(), 0, 0))
        .addLast(new WebSocketFrameAggregator(limits.maxBodyBytes()))
        .addLast(new FlowControlHandler())
        .addLast(new WebSocketMessages(handshaker))
        .addLast(streams.get());
    pipeline.remove(this);
  }

  private static String printable(String origin) {
    String cut = origin.length() <= 80 ? origin : origin.substring(0, 80) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String text) {
    ByteBuf body = Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(sent -> ctx.close());
  }
}
