package io.lesnode.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;

/** Counts the bytes of a socket. Confined to the event loop of the channel. */
final class WireCounter extends ChannelDuplexHandler {
  private long inBytes;
  private long outBytes;

  long inBytes() {
    return inBytes;
  }

  long outBytes() {
    return outBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      inBytes += bytes.readableBytes();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      outBytes += bytes.readableBytes();
    }
    Future<?> unused = context.write(message, promise);
  }
}
