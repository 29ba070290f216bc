package io.lesnode.benchmarks.load;

import io.lesnode.devp2p.BaseProtocol;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.rlpx.Frame;
import io.lesnode.devp2p.rlpx.FrameCodec;
import io.lesnode.devp2p.rlpx.HandshakeHandler;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.lesnode.devp2p.rlpx.RlpxException;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesLimits;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a load client: RLPx, Hello, Status, then messages. It is leaner than a node's
 * connection, since thousands of them share the machine with the server under test, and it tells at
 * which step and why it ended. Confined to its event loop, {@link #dial} aside.
 */
final class LoadConnection extends ChannelInboundHandlerAdapter {

  private static final int CONNECT_MILLIS = 5_000;
  private static final long HANDSHAKE_SECONDS = 15;
  private static final HandshakeRandom RANDOM = HandshakeRandom.secure(new SecureRandom());

  /** Who is told; calls come on the event loop. */
  interface Listener {
    /** The server's Status has come and ours was sent. */
    void onReady(LoadConnection connection, ServerGreeting greeting);

    /** A reply has come. */
    void onReply(int code, Bytes payload);

    /** Another message has come. */
    void onMessage(LesMessage message);

    /** More may be written again. */
    void onWritable();

    /** It is over; the last call. */
    void onClosed(ConnectionEnd end);
  }

  private enum Phase {
    SECURING,
    GREETING,
    STATUS,
    READY,
    ENDED
  }

  private final KeyPair key;
  private final EventLoop loop;
  private final Listener listener;
  private final WireCounter wire = new WireCounter();
  private Phase phase = Phase.SECURING;
  private @Nullable ChannelHandlerContext context;
  private @Nullable FrameCodec codec;
  private LesVersion version = LesVersion.LES4;
  private String serverName = "";
  private boolean snappy;
  private boolean flushing;

  private LoadConnection(KeyPair key, EventLoop loop, Listener listener) {
    this.key = key;
    this.loop = loop;
    this.listener = listener;
  }

  /** Dials a server; the listener learns the outcome. */
  static LoadConnection dial(Enode server, KeyPair key, EventLoop loop, Listener listener) {
    LoadConnection connection = new LoadConnection(key, loop, listener);
    Future<?> unused =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connection.install(channel, server);
                  }
                })
            .connect(server.endpoint().orElseThrow())
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    connection.onDialFailed(done.cause());
                  }
                });
    return connection;
  }

  private void install(Channel channel, Enode server) {
    channel
        .pipeline()
        .addLast(wire)
        .addLast(
            new HandshakeHandler(
                key, server.nodeId().publicKey(), RANDOM, Greetings.FRAME_LIMIT_BYTES))
        .addLast(this);
    Future<?> unused =
        loop.schedule(
            () -> {
              if (phase != Phase.READY) {
                end(ConnectionEnd.ours("no Status within " + HANDSHAKE_SECONDS + " s"));
              }
            },
            HANDSHAKE_SECONDS,
            TimeUnit.SECONDS);
  }

  private void onDialFailed(Throwable cause) {
    String why =
        cause instanceof ConnectException && cause.getMessage() != null
            ? "nobody listens there"
            : String.valueOf(cause.getMessage());
    end(ConnectionEnd.network(why));
  }

  /** Bytes on the socket. */
  WireCounter wire() {
    return wire;
  }

  /** The version in use, once greeted. */
  LesVersion version() {
    return version;
  }

  /** Whether more should be written now. */
  boolean writable() {
    ChannelHandlerContext current = context;
    return phase == Phase.READY && current != null && current.channel().isWritable();
  }

  /** Sends an LES message; what is sent in one turn of the loop leaves in one system call. */
  void send(int code, Bytes payload) {
    if (phase == Phase.STATUS || phase == Phase.READY) {
      write(BaseProtocol.LENGTH + code, payload);
    }
  }

  /** Says good-bye and closes. */
  void close() {
    if (phase != Phase.ENDED && phase != Phase.SECURING) {
      write(BaseProtocol.DISCONNECT, BaseProtocol.encodeDisconnect(DisconnectReason.REQUESTED));
      flush();
    }
    end(ConnectionEnd.ours("closed by us"));
  }

  private void write(int code, Bytes payload) {
    ChannelHandlerContext current = context;
    if (current == null) {
      return;
    }
    Future<?> unused =
        current.write(
            new Frame(code, snappy ? Compression.deflate(payload) : payload),
            current.voidPromise());
    if (!flushing) {
      flushing = true;
      loop.execute(this::flush);
    }
  }

  private void flush() {
    flushing = false;
    ChannelHandlerContext current = context;
    if (current != null) {
      current.flush();
    }
  }

  // ---- life of the channel -------------------------------------------------------------------

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    end(ConnectionEnd.network("the connection was closed"));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    if (phase == Phase.READY && changed.channel().isWritable()) {
      listener.onWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
    if (cause instanceof RlpxException || cause instanceof IOException) {
      end(ConnectionEnd.network(String.valueOf(cause.getMessage())));
    } else {
      end(ConnectionEnd.ours("a failure of the load generator: " + cause));
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext source, Object event) {
    if (event instanceof HandshakeHandler.Established established && phase == Phase.SECURING) {
      codec = established.codec();
      phase = Phase.GREETING;
      write(BaseProtocol.HELLO, Greetings.hello(key));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext source, Object message) {
    if (!(message instanceof Frame frame)) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      onFrame(frame);
    } catch (RlpException | LesWireException | IllegalArgumentException e) {
      end(ConnectionEnd.ours("a message that cannot be read: " + e.getMessage()));
    }
  }

  // ---- messages ------------------------------------------------------------------------------

  private void onFrame(Frame frame) {
    switch (phase) {
      case SECURING, ENDED -> {}
      case GREETING -> onGreeting(frame);
      case STATUS, READY -> onRunning(frame);
    }
  }

  private void onGreeting(Frame frame) {
    if (frame.code() == BaseProtocol.DISCONNECT) {
      end(ConnectionEnd.refused(BaseProtocol.decodeDisconnect(frame.payload(), snappy)));
      return;
    }
    if (frame.code() != BaseProtocol.HELLO) {
      end(ConnectionEnd.ours("the first message is no Hello"));
      return;
    }
    Greetings.Hello hello = Greetings.readHello(frame.payload());
    LesVersion best = hello.lesVersion();
    serverName = hello.clientName();
    snappy = hello.snappy();
    if (best == null) {
      end(ConnectionEnd.refusedByUs(serverName + " does not speak les/2, les/3 or les/4"));
      return;
    }
    version = best;
    FrameCodec open = codec;
    if (open != null) {
      open.limitBodies(Frame.BODY_LIMIT_BYTES);
    }
    phase = Phase.STATUS;
  }

  private void onRunning(Frame frame) {
    if (frame.code() == BaseProtocol.DISCONNECT) {
      DisconnectReason reason = BaseProtocol.decodeDisconnect(frame.payload(), snappy);
      end(phase == Phase.STATUS ? ConnectionEnd.refused(reason) : ConnectionEnd.told(reason));
    } else if (frame.code() == BaseProtocol.PING) {
      write(BaseProtocol.PONG, BaseProtocol.EMPTY_LIST);
    } else if (frame.code() >= BaseProtocol.LENGTH
        && frame.code() < BaseProtocol.LENGTH + version.messageCount()) {
      Bytes payload =
          snappy
              ? Compression.inflate(frame.payload(), LesLimits.MAX_MESSAGE_BYTES)
              : frame.payload();
      onLes((int) frame.code() - BaseProtocol.LENGTH, payload);
    }
  }

  private void onLes(int code, Bytes payload) {
    if (phase == Phase.READY) {
      if (ReplyHead.isReply(code)) {
        listener.onReply(code, payload);
      } else {
        listener.onMessage(LesCodec.decode(version, code, payload));
      }
    } else if (LesCodec.decode(version, code, payload) instanceof LesMessage.Status status) {
      ServerGreeting greeting = ServerGreeting.of(serverName, version, status);
      send(LesMessage.Status.CODE, LesCodec.encode(greeting.answer()));
      phase = Phase.READY;
      listener.onReady(this, greeting);
    } else {
      end(ConnectionEnd.ours("the first message of the protocol is no Status"));
    }
  }

  // ---- the end -------------------------------------------------------------------------------

  private void end(ConnectionEnd how) {
    if (phase == Phase.ENDED) {
      return;
    }
    ConnectionEnd shown = how.during(phase == Phase.READY);
    phase = Phase.ENDED;
    ChannelHandlerContext current = context;
    if (current != null) {
      Future<?> unused = current.close();
    }
    listener.onClosed(shown);
  }
}
