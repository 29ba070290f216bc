package io.lesnode.app.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Lets only requests with a valid token pass, before anything of their body is collected; a refused
 * caller is told why and loses the connection. Confined to the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel by itself
final class JwtGate extends ChannelInboundHandlerAdapter {
  private final JwtSecret secret;
  private final InstantSource clock;
  private boolean closing;

  JwtGate(JwtSecret secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (closing) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpRequest request) {
      String header = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
      Optional<String> refusal = secret.refusal(header, clock.instant());
      if (refusal.isPresent()) {
        ReferenceCountUtil.release(message);
        refuse(ctx, refusal.get());
        return;
      }
    }
    super.channelRead(ctx, message);
  }

  private void refuse(ChannelHandlerContext ctx, String text) {
    closing = true;
    ByteBuf body = Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.FORBIDDEN, body);
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    ctx.writeAndFlush(response).addListener(sent -> ctx.close());
  }
}
