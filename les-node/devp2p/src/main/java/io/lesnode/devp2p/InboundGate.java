package io.lesnode.devp2p;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits what the listening socket lets in: addresses that come too often are refused, and no more
 * connections are accepted while too many are in the handshake; the rest waits in the backlog of
 * the operating system. Sits in the pipeline of the listening channel, confined to the control
 * loop.
 */
final class InboundGate extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(InboundGate.class);

  private final int maxPending;
  private final InboundThrottle throttle;
  private final Set<Channel> pending = new HashSet<>();
  private @Nullable ChannelHandlerContext context;

  InboundGate(int maxPending, InboundThrottle throttle) {
    this.maxPending = maxPending;
    this.throttle = throttle;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelRead(ChannelHandlerContext listener, Object message) {
    Channel accepted = (Channel) message;
    long now = listener.executor().ticker().nanoTime();
    if (pending.size() >= maxPending
        || (accepted.remoteAddress() instanceof InetSocketAddress from
            && !throttle.admit(from.getAddress(), now))) {
      LOG.debug("refused a connection from {}", accepted.remoteAddress());
      accepted.unsafe().closeForcibly();
      return;
    }
    pending.add(accepted);
    accepted
        .closeFuture()
        .addListener(closed -> listener.executor().execute(() -> release(accepted)));
    applyLimit(listener);
    listener.fireChannelRead(accepted);
  }

  /** The connection left the handshake, one way or the other. */
  void release(Channel channel) {
    if (pending.remove(channel) && context != null) {
      applyLimit(context);
    }
  }

  private void applyLimit(ChannelHandlerContext listener) {
    listener.channel().config().setAutoRead(pending.size() < maxPending);
  }
}
