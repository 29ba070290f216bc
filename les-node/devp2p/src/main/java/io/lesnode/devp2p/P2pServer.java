package io.lesnode.devp2p;

import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.devp2p.rlpx.HandshakeHandler;
import io.lesnode.devp2p.rlpx.HandshakeRandom;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The peer-to-peer side of a node: accepts and dials connections, runs the handshakes and hands the
 * admitted peers to the sub-protocols.
 *
 * <p>Public methods may be called from any thread; they enqueue to the control loop, one Netty
 * event loop that owns the table of peers, the dial plan and the pending counts. Connections live
 * on the other event loops.
 */
public final class P2pServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(P2pServer.class);

  /** How long closing waits for connections to take their leave. */
  private static final long CLOSE_LIMIT_MILLIS = 3_000;

  private final P2pConfig config;
  private final LocalNode local;
  private final P2pLoops loops;
  private final boolean ownsLoops;
  private final EventLoopGroup workers;
  private final EventLoop control;
  private final ChannelGroup connections;
  private final Doorkeeper doorkeeper = new ControlDoorkeeper();
  private final PeerTable table;
  private final DialPlan plan;
  private final InboundGate gate;

  private InetSocketAddress listening = new InetSocketAddress(0);
  private @Nullable Channel acceptor;
  private volatile NodeRecord record;

  /** Confined to the control loop: connections whose dial has not ended. */
  private final Set<PeerConnection> dials = new HashSet<>();

  /** Confined to the control loop: dials for others who decide themselves when to dial again. */
  private final Map<PeerConnection, Runnable> once = new HashMap<>();

  private @Nullable Future<?> nextLook;
  private volatile boolean closed;

  private P2pServer(
      P2pConfig config, List<SubProtocol> protocols, P2pLoops loops, boolean ownsLoops) {
    this.config = config;
    this.loops = loops;
    this.ownsLoops = ownsLoops;
    this.local = LocalNode.of(config, protocols, HandshakeRandom.secure(new SecureRandom()));
    this.workers = loops.workers();
    this.control = loops.control().next();
    this.connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    this.table = new PeerTable(local.id(), config);
    P2pTimings timings = config.timings();
    this.plan =
        new DialPlan(
            local.id(),
            config.maxDialled(),
            config.maxPending(),
            TimeUnit.MILLISECONDS.toNanos(timings.redialMillis()));
    this.gate =
        new InboundGate(
            config.maxPending(),
            new InboundThrottle(TimeUnit.MILLISECONDS.toNanos(timings.inboundThrottleMillis())));
    this.record = buildRecord();
  }

  /**
   * Starts listening, if configured, and dialling the static nodes.
   *
   * @param config how to run
   * @param protocols what to run on connections
   * @throws IOException if the listen address cannot be bound
   * @throws IllegalArgumentException if the protocols cannot be announced
   */
  public static P2pServer start(P2pConfig config, List<SubProtocol> protocols) throws IOException {
    int ioThreads = Math.max(2, Runtime.getRuntime().availableProcessors());
    return start(new P2pServer(config, protocols, P2pLoops.of(1, ioThreads), true));
  }

  /**
   * The same on threads that it shares with others and does not end.
   *
   * @throws IOException if the listen address cannot be bound
   * @throws IllegalArgumentException if the protocols cannot be announced
   */
  public static P2pServer start(P2pConfig config, List<SubProtocol> protocols, P2pLoops loops)
      throws IOException {
    return start(new P2pServer(config, protocols, loops, false));
  }

  private static P2pServer start(P2pServer server) throws IOException {
    P2pConfig config = server.config;
    try {
      if (config.listenAddress() != null) {
        server.listen(config.listenAddress());
      }
    } catch (IOException e) {
      server.close();
      throw e;
    }
    config.staticNodes().forEach(server::addPeer);
    LOG.info("Peer-to-peer networking started as {}", server.self());
    return server;
  }

  private void listen(InetSocketAddress address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.control(), workers)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            // one connection per read, so that the gate can stop accepting in time
            .option(ChannelOption.RECVBUF_ALLOCATOR, new ServerChannelRecvByteBufAllocator())
            .handler(gate)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(connectionInitializer(Origin.INBOUND))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen for peers on "
              + IpText.of(address)
              + ": "
              + bound.cause().getMessage()
              + "; is the port in use by another node?",
          bound.cause());
    }
    acceptor = bound.channel();
    listening = (InetSocketAddress) bound.channel().localAddress();
    record = buildRecord();
  }

  private NodeRecord buildRecord() {
    NodeRecord.Builder builder = NodeRecord.builder().seq(System.currentTimeMillis());
    builder.ip(announcedAddress());
    if (listening.getPort() != 0) {
      builder.tcp(listening.getPort());
    }
    config.recordEntries().forEach(builder::entry);
    return builder.sign(config.nodeKey());
  }

  /** The address that others can reach; loopback, as geth's fallback, when bound to all of them. */
  private InetAddress announcedAddress() {
    InetAddress address = listening.getAddress();
    return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
  }

  private ChannelInitializer<Channel> connectionInitializer(Origin origin) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        connections.add(channel);
        addConnection(channel, new PeerConnection(local, doorkeeper, origin));
      }
    };
  }

  private void addConnection(Channel channel, PeerConnection connection) {
    Enode dialled = connection.origin().dialled();
    channel
        .pipeline()
        .addLast(
            new HandshakeHandler(
                config.nodeKey(),
                dialled == null ? null : dialled.nodeId().publicKey(),
                local.random(),
                Hello.FRAME_LIMIT_BYTES))
        .addLast(connection);
  }

  // ---- the public face -----------------------------------------------------------------------

  /** Our identity. */
  public NodeId nodeId() {
    return local.id();
  }

  /** Where others can reach us. */
  public Enode self() {
    NodeRecord announced = record;
    return new Enode(
        local.id(),
        announced.ip().orElseGet(this::announcedAddress),
        listening.getPort(),
        announced.udp().orElse(0));
  }

  /** Shows a record that discovery keeps up to date instead of our own. */
  public void announce(NodeRecord newer) {
    record = newer;
  }

  /** Our node record. */
  public NodeRecord nodeRecord() {
    return record;
  }

  /** Keeps a node connected: dials it now and whenever the connection is lost. */
  public void addPeer(Enode node) {
    onControl(
        () -> {
          plan.add(node);
          dialDue();
        });
  }

  /**
   * Dials a node now, once: for a caller that decides itself whom to dial when.
   *
   * @param failed runs on the control loop if the dial does not lead to a peer; must not block
   */
  public void dialOnce(Enode node, Runnable failed) {
    onControl(
        () -> {
          if (table.connection(node.nodeId()) == null
              && node.endpoint().isPresent()
              && !node.nodeId().equals(local.id())) {
            dial(node, failed);
          } else {
            failed.run();
          }
        });
  }

  /** Dials a node no more, and disconnects it if it is connected. */
  public void removePeer(Enode node) {
    onControl(
        () -> {
          plan.remove(node.nodeId());
          PeerConnection connection = table.connection(node.nodeId());
          if (connection != null) {
            connection.disconnect(DisconnectReason.REQUESTED);
          }
        });
  }

  /** Lets a node in above the limit of peers. */
  public void addTrustedPeer(Enode node) {
    onControl(() -> table.trust(node.nodeId(), true));
  }

  /** Treats a node like any other again. */
  public void removeTrustedPeer(Enode node) {
    onControl(() -> table.trust(node.nodeId(), false));
  }

  /** The connected peers, sorted by id. */
  public List<PeerInfo> peers() {
    return table.snapshot();
  }

  /** What {@code admin_nodeInfo} shows. */
  public NodeInfo nodeInfo() {
    return new NodeInfo(
        local.id().hash().toUnprefixedHexString(),
        config.clientName(),
        self().toString(),
        record.toText(),
        IpText.plain(record.ip().orElseGet(this::announcedAddress)),
        record.udp().orElse(0),
        listening.getPort(),
        acceptor == null ? "" : IpText.of(listening),
        local.protocols().stream().map(p -> p.capabilities().getFirst().name()).toList());
  }

  /** Disconnects all peers and frees the port; waits for that, a few seconds at most. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (acceptor != null) {
      acceptor.close().awaitUninterruptibly();
    }
    for (Channel channel : connections) {
      PeerConnection connection = channel.pipeline().get(PeerConnection.class);
      if (connection == null) {
        Future<?> unused = channel.close();
      } else {
        connection.disconnect(DisconnectReason.QUITTING);
      }
    }
    connections.newCloseFuture().awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
    if (ownsLoops) {
      loops.close();
    }
  }

  // ---- the control loop ----------------------------------------------------------------------

  private void onControl(Runnable task) {
    if (!closed) {
      control.execute(task);
    }
  }

  private void dialDue() {
    assert control.inEventLoop();
    if (closed) {
      return;
    }
    long now = control.ticker().nanoTime();
    for (Enode node : plan.due(now, table.dialledCount())) {
      dial(node, null);
    }
    if (nextLook != null) {
      nextLook.cancel(false);
      nextLook = null;
    }
    OptionalLong next = plan.nextLookNanos();
    if (next.isPresent()) {
      long delayNanos = Math.max(1, next.getAsLong() - now);
      nextLook = control.schedule(this::dialDue, delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void dial(Enode node, @Nullable Runnable failed) {
    LOG.debug("Dialling {}", node);
    Origin origin = new Origin(node);
    PeerConnection connection = new PeerConnection(local, doorkeeper, origin);
    dials.add(connection);
    if (failed != null) {
      once.put(connection, failed);
    }
    Future<?> unused =
        new Bootstrap()
            .group(workers)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.timings().dialTimeoutMillis())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    addConnection(channel, connection);
                  }
                })
            .connect(node.endpoint().orElseThrow())
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    LOG.debug("Dialling {} failed: {}", node, done.cause().getMessage());
                    onControl(() -> dialEnded(connection));
                  }
                });
  }

  private void dialEnded(PeerConnection connection) {
    Enode dialled = connection.origin().dialled();
    if (dials.remove(connection) && dialled != null) {
      plan.onDialEnded(dialled.nodeId());
      dialDue();
    }
    Runnable failed = once.remove(connection);
    if (failed != null) {
      failed.run();
    }
  }

  /** Takes the questions of the connections to the control loop where they concern its state. */
  private final class ControlDoorkeeper implements Doorkeeper {
    @Override
    public void identified(
        PeerConnection connection, NodeId remote, Consumer<@Nullable DisconnectReason> verdict) {
      if (connection.origin().inbound()) {
        // who cannot get in is told at once; the verdict that counts follows in greeted()
        verdict.accept(closed ? DisconnectReason.QUITTING : table.refusal(connection, remote));
      } else {
        onControl(() -> verdict.accept(refusal(connection, remote)));
      }
    }

    @Override
    public void greeted(
        PeerConnection connection, PeerInfo peer, Consumer<@Nullable DisconnectReason> verdict) {
      onControl(
          () -> {
            DisconnectReason refusal = refusal(connection, peer.nodeId());
            if (refusal == null && !connection.hasEnded()) {
              table.enter(connection, peer);
              once.remove(connection);
              plan.onConnected(peer.nodeId());
              LOG.debug("{} is a peer now: {}", connection, peer.name());
            }
            gate.release(connection.channel());
            dialEnded(connection);
            verdict.accept(refusal);
          });
    }

    @Override
    public void ended(PeerConnection connection) {
      onControl(
          () -> {
            PeerInfo peer = table.remove(connection);
            if (peer != null) {
              plan.onDisconnected(peer.nodeId());
            }
            dialEnded(connection);
            dialDue();
          });
    }

    private @Nullable DisconnectReason refusal(PeerConnection connection, NodeId remote) {
      Enode dialled = connection.origin().dialled();
      if (dialled != null && !plan.wants(dialled.nodeId()) && !once.containsKey(connection)) {
        return DisconnectReason.REQUESTED; // removed while the dial was under way
      }
      return closed ? DisconnectReason.QUITTING : table.refusal(connection, remote);
    }
  }
}
