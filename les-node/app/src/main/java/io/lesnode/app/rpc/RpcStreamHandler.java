package io.lesnode.app.rpc;

import io.lesnode.rpc.RpcDispatcher;
import io.lesnode.rpc.RpcException;
import io.lesnode.rpc.RpcLimits;
import io.lesnode.rpc.RpcReply;
import io.lesnode.rpc.RpcSession;
import io.lesnode.rpc.RpcSubscription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.timeout.WriteTimeoutException;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket or IPC connection: takes whole messages, lets the dispatcher answer several of them
 * at a time on virtual threads (as geth: answers may overtake each other), and carries
 * notifications. While too many are being answered, or the caller does not take what was sent,
 * nothing more is read. Confined to the channel's event loop, the dispatcher's calls and the
 * session's line aside.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel by itself
final class RpcStreamHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger LOG = LoggerFactory.getLogger(RpcStreamHandler.class);

  private final RpcDispatcher dispatcher;
  private final RpcLimits limits;
  private final ExecutorService callers;
  private final Semaphore running;
  private final Line line;
  private final RpcSession session;

  private int answering;
  private boolean ending;

  RpcStreamHandler(
      RpcDispatcher dispatcher,
      RpcLimits limits,
      Channel channel,
      ExecutorService callers,
      Semaphore running) {
    this.dispatcher = dispatcher;
    this.limits = limits;
    this.callers = callers;
    this.running = running;
    this.line = new Line(channel, limits.maxQueuedNotifications());
    this.session = new RpcSession(line, limits);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
    if (ending) {
      return;
    }
    answering++;
    readOrRest(ctx);
    byte[] body = ByteBufUtil.getBytes(message);
    try {
      callers.execute(() -> answer(ctx, body));
    } catch (RejectedExecutionException stopping) {
      ctx.close();
    }
  }

  /** Runs on a virtual thread. */
  private void answer(ChannelHandlerContext ctx, byte[] body) {
    running.acquireUninterruptibly();
    try {
      RpcReply reply = dispatcher.answer(body, session);
      ctx.executor().execute(() -> answered(ctx, reply));
    } finally {
      running.release();
    }
  }

  private void answered(ChannelHandlerContext ctx, RpcReply reply) {
    answering--;
    reply.bytes().ifPresent(bytes -> ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)));
    reply.opened().forEach(RpcSubscription::activate);
    if (reply.malformed()) {
      end(ctx);
    } else {
      readOrRest(ctx);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    readOrRest(ctx);
    super.channelWritabilityChanged(ctx);
  }

  private void readOrRest(ChannelHandlerContext ctx) {
    boolean read = !ending && answering < limits.maxPipelined() && ctx.channel().isWritable();
    ctx.channel().config().setAutoRead(read);
  }

  /** Lets what was written leave, then closes. */
  private void end(ChannelHandlerContext ctx) {
    ending = true;
    ctx.channel().config().setAutoRead(false);
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> ctx.close());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    ending = true;
    try {
      callers.execute(session::close);
    } catch (RejectedExecutionException stopping) {
      session.close();
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ending) {
      ctx.close();
      return;
    }
    if (cause instanceof TooLongFrameException
        || cause.getCause() instanceof TooLongFrameException) {
      String text = "message too large, want at most " + limits.maxBodyBytes() + " bytes";
      byte[] refusal = dispatcher.refusal(new RpcException(RpcException.INVALID_REQUEST, text));
      ctx.write(Unpooled.wrappedBuffer(refusal));
      end(ctx);
      return;
    }
    if (cause instanceof WriteTimeoutException) {
      LOG.info("dropped JSON-RPC caller {}: it does not read", line.caller());
    } else if (cause instanceof IOException) {
      LOG.debug("JSON-RPC connection broke: {}", cause.getMessage());
    } else {
      LOG.debug("JSON-RPC connection closed", cause);
    }
    ctx.close();
  }

  /** The way back for notifications, with a bound on those that have not left. */
  private static final class Line implements RpcSession.Line {
    private final Channel channel;
    private final int maxQueued;
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean cut = new AtomicBoolean();

    Line(Channel channel, int maxQueued) {
      this.channel = channel;
      this.maxQueued = maxQueued;
    }

    String caller() {
      return channel.remoteAddress() instanceof java.net.InetSocketAddress address
          ? address.toString()
          : "over IPC";
    }

    @Override
    public void notify(byte[] message) {
      if (queued.incrementAndGet() > maxQueued) {
        cut("it has not read " + maxQueued + " notifications");
        return;
      }
      channel
          .writeAndFlush(Unpooled.wrappedBuffer(message))
          .addListener(sent -> queued.decrementAndGet());
    }

    @Override
    public void cut(String reason) {
      if (cut.compareAndSet(false, true)) {
        LOG.info("dropped JSON-RPC subscriber {}: {}", caller(), reason);
        channel.close();
      }
    }
  }
}
