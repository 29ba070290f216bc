package io.lesnode.app.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.List;

/**
 * Between whole WebSocket frames and messages: answers pings and closings, asks a silent caller
 * whether it is still there, and closes when it does not say so. Confined to the channel's event
 * loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel by itself
final class WebSocketMessages extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {
  private final WebSocketServerHandshaker handshaker;
  private boolean asked;
  private boolean goodbye;

  WebSocketMessages(WebSocketServerHandshaker handshaker) {
    this.handshaker = handshaker;
  }

  @Override
  protected void encode(ChannelHandlerContext ctx, ByteBuf message, List<Object> out) {
    if (message.isReadable()) {
      out.add(new TextWebSocketFrame(message.retain()));
    } else {
      out.add(message.retain()); // only waits for what was written before
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, WebSocketFrame frame, List<Object> out) {
    asked = false;
    switch (frame) {
      case PingWebSocketFrame ping ->
          ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
      case PongWebSocketFrame pong -> {}
      case CloseWebSocketFrame close -> {
        goodbye = true;
        handshaker.close(ctx, close.retain());
      }
      default -> out.add(frame.content().retain());
    }
  }

  /** Says goodbye first, without waiting whether it arrives: the caller may not be reading. */
  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) throws Exception {
    if (ctx.channel().isActive() && !goodbye) {
      goodbye = true;
      ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.POLICY_VIOLATION));
    }
    super.close(ctx, promise);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof IdleStateEvent idle && idle.state() == IdleState.READER_IDLE) {
      if (asked) {
        ctx.close();
        return;
      }
      asked = true;
      ctx.writeAndFlush(new PingWebSocketFrame());
      return;
    }
    super.userEventTriggered(ctx, event);
  }
}
