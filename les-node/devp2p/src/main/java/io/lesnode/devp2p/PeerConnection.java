package io.lesnode.devp2p;

import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.devp2p.rlpx.FrameCodec;
import io.lesnode.devp2p.rlpx.HandshakeHandler;
import io.lesnode.devp2p.rlpx.RlpxException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from the TCP connection to its end: the last handler of its pipeline. Confined to
 * the event loop of the channel, apart from the few methods that say otherwise.
 *
 * <p>Phases: {@code SECURING} (RLPx handshake) → {@code IDENTIFIED} (the doorkeeper judges the
 * identity) → {@code GREETING} (our Hello is out, theirs is awaited) → {@code GREETED} (the
 * doorkeeper judges again) → {@code RUNNING} → {@code ENDED}, which every phase can reach. Frames
 * that arrive while a verdict is awaited, or while a protocol has paused reading, wait in a stash;
 * reading is off then, so the stash holds no more than one socket read.
 *
 * <p>Faults of the remote side end the connection with the reason sent where the stream is still
 * usable. They are logged at DEBUG only, since anybody can cause them.
 */
final class PeerConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnection.class);

  /** How often the time limits of a running connection are checked. */
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum Phase {
    SECURING,
    IDENTIFIED,
    GREETING,
    GREETED,
    RUNNING,
    ENDED
  }

  private final LocalNode local;
  private final Doorkeeper doorkeeper;
  private final Origin origin;
  private final Deque<Frame> stash = new ArrayDeque<>();
  private final Links links = new Links(reason -> end(reason, false, true));

  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameCodec codec;
  private @Nullable NodeId remote;
  private @Nullable PeerInfo info;
  private @Nullable Outbound outbound;
  private @Nullable KeepAlive keepAlive;
  private @Nullable Future<?> deadline;
  private boolean remoteSnappy;
  private DisconnectReason endReason = DisconnectReason.UNKNOWN;
  private boolean endedByRemote;

  /** Written by the event loop only; read from any thread. */
  private volatile Phase phase = Phase.SECURING;

  /** Written by the doorkeeper; read from any thread. */
  private volatile boolean trusted;

  PeerConnection(LocalNode local, Doorkeeper doorkeeper, Origin origin) {
    this.local = local;
    this.doorkeeper = doorkeeper;
    this.origin = origin;
  }

  /** How the connection came about. Any thread. */
  Origin origin() {
    return origin;
  }

  /** The channel. Any thread, once the handshake has begun. */
  Channel channel() {
    return context().channel();
  }

  /** Marks the peer as one that may exceed the limit. Any thread. */
  void trust(boolean value) {
    trusted = value;
  }

  /** Whether the peer may exceed the limit. Any thread. */
  boolean trusted() {
    return trusted;
  }

  /** Ends the connection with a reason of ours. Any thread. */
  void disconnect(DisconnectReason reason) {
    ChannelHandlerContext current = context;
    if (current != null && phase != Phase.ENDED) {
      onLoop(current, () -> end(reason, false, true));
    }
  }

  // ---- life of the channel -------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    if (added.channel().isActive()) {
      arm(local.config().timings().handshakeMillis(), "no handshake");
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (deadline == null && phase == Phase.SECURING) {
      arm(local.config().timings().handshakeMillis(), "no handshake");
    }
    active.fireChannelActive();
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    end(DisconnectReason.NETWORK_ERROR, true, false);
    inactive.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    if (cause instanceof RlpxException) {
      fault(DisconnectReason.PROTOCOL_BREACH, cause.getMessage());
    } else if (cause instanceof IOException) {
      LOG.debug("{}: connection failed: {}", this, cause.getMessage());
      end(DisconnectReason.NETWORK_ERROR, true, false);
    } else {
      LOG.warn("{}: unexpected failure; closing the connection", this, cause);
      end(DisconnectReason.SUBPROTOCOL_ERROR, false, true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext source, Object event) {
    if (event instanceof HandshakeHandler.Established established) {
      onEstablished(established);
    } else {
      source.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext source, Object message) {
    if (message instanceof Frame frame) {
      onFrame(frame);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext source) {
    links.endBatch();
    source.fireChannelReadComplete();
  }

  // ---- the two handshakes --------------------------------------------------------------------

  private void onEstablished(HandshakeHandler.Established established) {
    if (phase != Phase.SECURING) {
      return;
    }
    disarm();
    ChannelHandlerContext current = context();
    codec = established.codec();
    int limitBytes = local.config().outboundLimitBytes();
    outbound =
        new Outbound(current, limitBytes, () -> links.onWritabilityChanged(outbound().writable()));
    NodeId identity = NodeId.ofProven(established.remoteKey());
    remote = identity;
    become(Phase.IDENTIFIED);
    doorkeeper.identified(
        this, identity, verdict -> onLoop(current, () -> onIdentityVerdict(verdict)));
  }

  private void onIdentityVerdict(@Nullable DisconnectReason refusal) {
    if (phase != Phase.IDENTIFIED) {
      return;
    }
    if (refusal != null) {
      end(refusal, false, true);
      return;
    }
    become(Phase.GREETING);
    arm(local.config().timings().handshakeMillis(), "no Hello");
    outbound().offer(BaseProtocol.HELLO, local.helloPayload());
    drainStash();
  }

  /** The first message: a Hello, or a Disconnect from a peer that does not want us. */
  private void onGreeting(Frame frame) {
    disarm();
    switch (Greeting.judge(frame, Objects.requireNonNull(remote), local.protocols())) {
      case Greeting.Declined declined -> end(declined.reason(), true, false);
      case Greeting.Refused refused -> {
        useSnappy(refused.snappy());
        fault(refused.reason(), refused.what());
      }
      case Greeting.Accepted accepted -> onHello(accepted);
    }
  }

  private void useSnappy(boolean snappy) {
    remoteSnappy = snappy;
    if (snappy) {
      outbound().enableSnappy();
    }
  }

  private void onHello(Greeting.Accepted accepted) {
    useSnappy(accepted.snappy());
    List<SharedCapability> shared = accepted.shared();
    int largest = shared.stream().mapToInt(s -> s.protocol().maxPayloadBytes()).max().orElse(0);
    Objects.requireNonNull(codec).limitBodies(Snappy.maxDeflatedBytes(largest));
    become(Phase.GREETED);
    ChannelHandlerContext current = context();
    PeerInfo peer =
        PeerInfo.of(current.channel(), Objects.requireNonNull(remote), accepted, origin, trusted);
    info = peer;
    doorkeeper.greeted(this, peer, verdict -> onLoop(current, () -> onAdmission(verdict, shared)));
  }

  private void onAdmission(@Nullable DisconnectReason refusal, List<SharedCapability> shared) {
    if (phase != Phase.GREETED) {
      return;
    }
    if (refusal != null) {
      end(refusal, false, true);
      return;
    }
    become(Phase.RUNNING);
    keepAlive = new KeepAlive(local.config().timings(), nowNanos());
    PeerInfo peer = Objects.requireNonNull(info);
    for (SharedCapability capability : shared) {
      if (phase == Phase.RUNNING) {
        links.open(new Link(this, peer, outbound(), capability));
      }
    }
    if (phase == Phase.RUNNING) {
      scheduleTick();
      drainStash();
    } else {
      links.onClosed(endReason, endedByRemote); // a protocol ended it while accepting
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void onFrame(Frame frame) {
    switch (phase) {
      case SECURING -> throw new IllegalStateException("frame before the handshake");
      case GREETING -> onGreeting(frame);
      case RUNNING -> {
        if (links.paused() || !stash.isEmpty()) {
          stash.add(frame);
        } else {
          onMessage(frame);
        }
      }
      case IDENTIFIED, GREETED -> stash.add(frame);
      case ENDED -> {} // the peer has not seen our Disconnect yet
    }
  }

  private void onMessage(Frame frame) {
    keepAlive().onMessage(nowNanos());
    if (frame.code() >= BaseProtocol.LENGTH || frame.code() < 0) {
      onCapabilityMessage(frame);
    } else if (frame.code() == BaseProtocol.DISCONNECT) {
      end(BaseProtocol.decodeDisconnect(frame.payload(), remoteSnappy), true, false);
    } else if (frame.code() == BaseProtocol.PING && outbound().writable()) {
      // a peer that does not read gets no Pongs, else it could make us queue them without end
      outbound().offer(BaseProtocol.PONG, BaseProtocol.EMPTY_LIST);
    }
  }

  private void onCapabilityMessage(Frame frame) {
    Link link = links.covering(frame.code());
    if (link == null) {
      // as geth: closed without a Disconnect
      LOG.debug("{}: message code {} out of range", this, Long.toUnsignedString(frame.code()));
      end(DisconnectReason.NETWORK_ERROR, false, false);
      return;
    }
    try {
      Bytes payload = link.shared.open(frame.payload(), remoteSnappy);
      links.deliver(link, (int) frame.code() - link.shared.offset(), payload);
    } catch (PeerFaultException e) {
      fault(e.reason(), e.getMessage());
    }
  }

  // ---- back-pressure -------------------------------------------------------------------------

  /** Sets whether a protocol wants the connection to be read. */
  void pause(Link link, boolean value) {
    onLoop(
        context(),
        () -> {
          if (link.paused != value && phase == Phase.RUNNING) {
            link.paused = value;
            if (!links.paused()) {
              keepAlive().onMessage(nowNanos()); // the silence was ours
              context().executor().execute(this::drainStash); // not within a callback
            }
            readWhenWanted();
          }
        });
  }

  private void drainStash() {
    deliverStash();
    links.endBatch();
  }

  private void deliverStash() {
    while (!stash.isEmpty() && !links.paused()) {
      Frame frame = stash.removeFirst();
      switch (phase) {
        case GREETING -> onGreeting(frame);
        case RUNNING -> onMessage(frame);
        case IDENTIFIED, GREETED -> {
          stash.addFirst(frame);
          return;
        }
        case SECURING, ENDED -> stash.clear();
      }
    }
  }

  private void readWhenWanted() {
    boolean wanted =
        switch (phase) {
          case SECURING, GREETING, ENDED -> true;
          case IDENTIFIED, GREETED -> false;
          case RUNNING -> !links.paused();
        };
    context().channel().config().setAutoRead(wanted);
  }

  // ---- time ----------------------------------------------------------------------------------

  private void tick() {
    if (phase != Phase.RUNNING) {
      return;
    }
    long now = nowNanos();
    long writeTimeoutMillis = local.config().timings().writeTimeoutMillis();
    if (outbound().stalled(now, TimeUnit.MILLISECONDS.toNanos(writeTimeoutMillis))) {
      LOG.debug("{}: does not take our messages", this);
      end(DisconnectReason.NETWORK_ERROR, false, false);
      return;
    }
    switch (keepAlive().check(now, links.paused())) {
      case NOTHING -> {}
      case PING -> outbound().offer(BaseProtocol.PING, BaseProtocol.EMPTY_LIST);
      case SILENT -> fault(DisconnectReason.READ_TIMEOUT, "silent for too long");
    }
    scheduleTick();
  }

  /** At the next full second of the event loop, so that it wakes once for all its connections. */
  private void scheduleTick() {
    long sinceTickNanos = Math.floorMod(nowNanos(), TICK_NANOS);
    Future<?> unused =
        context()
            .executor()
            .schedule(this::tick, TICK_NANOS - sinceTickNanos, TimeUnit.NANOSECONDS);
  }

  private void arm(long millis, String missing) {
    deadline =
        context()
            .executor()
            .schedule(
                () -> fault(DisconnectReason.READ_TIMEOUT, missing), millis, TimeUnit.MILLISECONDS);
  }

  private void disarm() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void schedule(Runnable task, long millis) {
    Future<?> unused = context().executor().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private long nowNanos() {
    return context().executor().ticker().nanoTime();
  }

  // ---- the end -------------------------------------------------------------------------------

  private void fault(DisconnectReason reason, @Nullable String what) {
    LOG.debug("{}: {}: {}", this, reason.text(), what);
    end(reason, false, true);
  }

  private void end(DisconnectReason reason, boolean byRemote, boolean tell) {
    if (phase == Phase.ENDED) {
      return;
    }
    boolean canTell = tell && outbound != null && reason != DisconnectReason.NETWORK_ERROR;
    endReason = reason;
    endedByRemote = byRemote;
    become(Phase.ENDED);
    disarm();
    stash.clear();
    LOG.debug("{}: ended {}: {}", this, byRemote ? "by the peer" : "by us", reason.text());
    if (canTell && context().channel().isActive()) {
      outbound().offer(BaseProtocol.DISCONNECT, BaseProtocol.encodeDisconnect(reason));
      // the peer should close first: closing with unread input would destroy the Disconnect
      schedule(this::close, local.config().timings().lingerMillis());
    } else {
      close();
    }
    doorkeeper.ended(this);
    links.onClosed(reason, byRemote);
  }

  private void close() {
    ChannelFuture unused = context().close();
  }

  private void become(Phase next) {
    assert context().executor().inEventLoop();
    LOG.trace("{}: {} → {}", this, phase, next);
    phase = next;
    readWhenWanted();
  }

  /** Whether the connection is over. Any thread. */
  boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  private static void onLoop(ChannelHandlerContext context, Runnable task) {
    if (context.executor().inEventLoop()) {
      task.run();
    } else {
      try {
        context.executor().execute(task);
      } catch (RejectedExecutionException e) {
        LOG.debug("the server was closed meanwhile");
      }
    }
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "not in a pipeline yet");
  }

  private Outbound outbound() {
    return Objects.requireNonNull(outbound, "no frames before the handshake");
  }

  private KeepAlive keepAlive() {
    return Objects.requireNonNull(keepAlive, "not running yet");
  }

  @Override
  public String toString() {
    String who = remote == null ? "unknown peer" : "peer " + remote;
    ChannelHandlerContext current = context;
    return who + (current == null ? "" : " at " + current.channel().remoteAddress());
  }
}
