package io.lesnode.app.rpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose caller is too slow: nothing for {@code idleTimeout} between requests, or
 * a request that is not complete {@code requestTimeout} after its first byte, however slowly the
 * bytes keep trickling. Confined to the channel's event loop; stands before the HTTP codec.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed close has no one to tell
final class RequestClock extends ChannelInboundHandlerAdapter {
  private enum Phase {
    IDLE,
    RECEIVING,
    ANSWERING
  }

  private final Duration requestTimeout;
  private final Duration idleTimeout;
  private Phase phase = Phase.IDLE;
  private @Nullable ScheduledFuture<?> alarm;

  RequestClock(Duration requestTimeout, Duration idleTimeout) {
    this.requestTimeout = requestTimeout;
    this.idleTimeout = idleTimeout;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    become(Phase.IDLE, ctx);
    super.channelActive(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
    if (phase == Phase.IDLE) {
      become(Phase.RECEIVING, ctx);
    }
    super.channelRead(ctx, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    become(Phase.ANSWERING, ctx);
    super.channelInactive(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    become(Phase.ANSWERING, ctx);
  }

  /** The request is complete: its execution has limits of its own. */
  void received(ChannelHandlerContext ctx) {
    become(Phase.ANSWERING, ctx);
  }

  /** The answer left: wait for the next request. */
  void answered(ChannelHandlerContext ctx) {
    become(Phase.IDLE, ctx);
  }

  private void become(Phase next, ChannelHandlerContext ctx) {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
    phase = next;
    switch (next) {
      case IDLE -> alarm = closeAfter(idleTimeout, ctx);
      case RECEIVING -> alarm = closeAfter(requestTimeout, ctx);
      case ANSWERING -> {}
    }
  }

  private static ScheduledFuture<?> closeAfter(Duration delay, ChannelHandlerContext ctx) {
    return ctx.executor()
        .schedule(
            () -> {
              ctx.channel().close();
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }
}
