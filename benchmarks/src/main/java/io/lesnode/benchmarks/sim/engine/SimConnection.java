package io.lesnode.benchmarks.sim.engine;

import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.devp2p.PeerSession;
import io.lesnode.flowcontrol.server.ClientCredit;
import io.lesnode.les.server.DrivenPeer;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A connection between a simulated client and the server: both ends and the wires between them. LES
 * runs on it, and every protocol that is joined; their messages keep one order. Confined to the
 * run.
 *
 * <p>The server's end behaves as a socket does: what the server does not read waits, and what the
 * client does not read makes the server's link unwritable and, in the end, loses messages.
 */
public final class SimConnection {

  /** Two ways for the TCP connection, one for the RLPx handshake; Hello comes with Status. */
  private static final int TRIPS_TO_CONNECT = 3;

  /** What a socket and the channel before it take before the server is told to rest. */
  private static final long HIGH_BYTES = 256 << 10;

  private static final long LOW_BYTES = HIGH_BYTES / 2;

  /** As P2pConfig has it. */
  private static final long LIMIT_BYTES = 32 << 20;

  private static final int GREETING_BYTES = 400;
  private static final int CONTROL_BYTES = 40;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final SimWorld world;
  private final SimClient client;
  private final NodeId id;
  private final InetSocketAddress address;
  private final Wire up;
  private final Wire down;
  private final List<Channel> channels = new ArrayList<>();
  private final Deque<Sent> unread = new ArrayDeque<>();
  private @Nullable DrivenPeer peer;
  private boolean serverOpen;
  private boolean clientOpen = true;
  private boolean isPaused;
  private boolean isWritable = true;
  private boolean wasServed;
  private long lastServedCost;

  /** How many freezes and changes of parameters the server has told of. */
  private long told;

  SimConnection(
      SimWorld world, SimClient client, NodeId id, InetSocketAddress address, Wire up, Wire down) {
    this.world = world;
    this.client = client;
    this.id = id;
    this.address = address;
    this.up = up;
    this.down = down;
  }

  /** Whose connection it is. */
  public SimClient client() {
    return client;
  }

  /** Who the client says it is on this connection. */
  public NodeId clientId() {
    return id;
  }

  /** The client's end as the server sees it. */
  public InetSocketAddress clientAddress() {
    return address;
  }

  /** Whether the client has not ended it and has not heard that the server did. */
  public boolean isOpen() {
    return clientOpen;
  }

  /** Whether the server has accepted it and neither side is known to it to have ended it. */
  public boolean isAccepted() {
    return serverOpen;
  }

  /**
   * Runs a further protocol on this connection; to be called while it {@linkplain
   * ClientBehaviour#onConnecting is being made}.
   *
   * @param server makes the server's session, when the server accepts the connection
   * @param mine makes the client's, when the client hears of it
   */
  public void join(
      Capability capability,
      Function<PeerLink, PeerSession> server,
      Function<PeerLink, PeerSession> mine) {
    channels.add(new Channel(capability, server, mine));
  }

  SimWorld world() {
    return world;
  }

  boolean isWritable() {
    return isWritable;
  }

  /** The server's side of it, once it was accepted. */
  Optional<DrivenPeer> peer() {
    return Optional.ofNullable(peer);
  }

  List<String> capabilities() {
    List<String> names = new ArrayList<>();
    names.add("les/" + LesVersion.LES4.number());
    channels.forEach(c -> names.add(c.capability.name() + "/" + c.capability.version()));
    names.sort(String::compareTo);
    return List.copyOf(names);
  }

  // ---- the client's end

  void connect() {
    long atNanos = world.nowNanos();
    for (int trip = 0; trip < TRIPS_TO_CONNECT; trip++) {
      atNanos = (trip % 2 == 0 ? up : down).send(CONTROL_BYTES, atNanos);
    }
    world.loop().at(atNanos, this::accept);
  }

  private void accept() {
    if (!clientOpen) {
      return;
    }
    serverOpen = true;
    // the server's Hello goes before its Status, and so the client's Status before its requests
    world.loop().at(down.send(CONTROL_BYTES, world.nowNanos()), this::helloArrives);
    peer = world.server().accept(new LesLink(), LesVersion.LES4);
    channels.forEach(Channel::openServer);
  }

  private void helloArrives() {
    if (clientOpen) {
      world.loop().at(up.send(GREETING_BYTES, world.nowNanos()), this::greet);
      channels.forEach(Channel::openClient);
    }
  }

  private void greet() {
    DrivenPeer driven = peer;
    if (serverOpen && driven != null) {
      driven.onMessage(world.greeting(), GREETING_BYTES);
      changeCapacity(driven.capacity());
    }
  }

  void send(Sent sent) {
    world.loop().at(up.send(sent.sizeBytes, world.nowNanos()), sent);
  }

  /** The client ends the connection. */
  void leave() {
    if (clientOpen) {
      clientOpen = false;
      channels.forEach(c -> c.closeClient(DisconnectReason.REQUESTED, false));
      world
          .loop()
          .at(
              up.send(CONTROL_BYTES, world.nowNanos()),
              () -> closeServer(DisconnectReason.REQUESTED, true));
    }
  }

  // ---- the server's end

  void onArrived(Sent sent) {
    if (!serverOpen || world.isEnding()) {
      return;
    }
    if (isPaused || !unread.isEmpty()) {
      unread.addLast(sent);
    } else {
      deliver(sent);
    }
  }

  private void deliver(Sent sent) {
    DrivenPeer driven = peer;
    if (driven == null) {
      throw new IllegalStateException("a request before the greeting");
    }
    if (client.behaviour().isObedient()) {
      checkPromise(sent, driven);
    }
    driven.onMessage(sent.request, sent.sizeBytes);
  }

  /** What an obedient client believes to have, the server counts, unless it just said otherwise. */
  private void checkPromise(Sent sent, DrivenPeer driven) {
    if (driven.isFrozen() || sent.heard != told || !driven.isClient()) {
      return;
    }
    ClientCredit.BufferStatus status = driven.bufferStatus();
    if (sent.estimate > status.bufferValue()) {
      throw world.broken(
          client,
          "it believed to have a credit of "
              + sent.estimate
              + " where the server counts "
              + status.bufferValue());
    }
    if (sent.maxCost > sent.estimate) {
      throw world.broken(
          client, "it spent " + sent.maxCost + " where it believed to have " + sent.estimate);
    }
  }

  private void readOn() {
    while (!isPaused && serverOpen && !unread.isEmpty() && !world.isEnding()) {
      deliver(unread.removeFirst());
    }
  }

  private void changeCapacity(long capacity) {
    wasServed |= capacity > 0;
    client.record().setCapacity(capacity, world.nowNanos());
  }

  private void closeServer(DisconnectReason reason, boolean byRemote) {
    DrivenPeer driven = peer;
    if (!serverOpen || driven == null) {
      return;
    }
    serverOpen = false;
    unread.clear();
    client.record().setCapacity(0, world.nowNanos());
    channels.forEach(c -> c.closeServer(reason, byRemote));
    driven.onClosed(reason);
    world.onClosed(client, driven);
  }

  private void toClient(int sizeBytes, Runnable arrival) {
    long atNanos = down.send(sizeBytes, world.nowNanos());
    world.loop().at(atNanos, arrival);
    if (down.bytesPerSecond() > 0 && isWritable && queuedBytes() > HIGH_BYTES) {
      isWritable = false;
      world.loop().execute(this::changeWritability);
    }
  }

  private long queuedBytes() {
    return down.queuedNanos(world.nowNanos()) * down.bytesPerSecond() / SECOND_NANOS;
  }

  private void changeWritability() {
    DrivenPeer driven = peer;
    if (!serverOpen || driven == null) {
      return;
    }
    driven.onWritabilityChanged(isWritable);
    if (!isWritable) {
      long spare = (queuedBytes() - LOW_BYTES) * SECOND_NANOS / down.bytesPerSecond();
      world.loop().at(world.nowNanos() + Math.max(1, spare), this::drained);
    }
  }

  private void drained() {
    isWritable = queuedBytes() <= LOW_BYTES;
    changeWritability();
  }

  void serverDisconnects(DisconnectReason reason) {
    if (!serverOpen) {
      return;
    }
    client.record().onEndedByServer(wasServed);
    long atNanos = down.send(CONTROL_BYTES, world.nowNanos());
    world.loop().execute(() -> closeServer(reason, false));
    world
        .loop()
        .at(
            atNanos,
            () -> {
              if (clientOpen) {
                clientOpen = false;
                channels.forEach(c -> c.closeClient(reason, true));
                client.onEnded(reason, wasServed);
              }
            });
  }

  /** LES at the server's end. */
  private final class LesLink extends LinkEnd {
    private boolean hasGreeted;

    LesLink() {
      super(SimConnection.this, true);
    }

    @Override
    public boolean send(int code, Bytes payload) {
      if (!serverOpen || (down.bytesPerSecond() > 0 && queuedBytes() > LIMIT_BYTES)) {
        return false;
      }
      if (!hasGreeted) {
        hasGreeted = true;
        Bytes status = payload;
        toClient(payload.size(), () -> client.onStatus(SimConnection.this, status));
        return true;
      }
      switch (code) {
        case LesMessage.Announce.CODE -> announce(payload);
        case LesMessage.Stop.CODE -> {
          told++;
          client.record().onFrozen();
          toClient(CONTROL_BYTES, () -> client.onStop(SimConnection.this));
        }
        case LesMessage.Resume.CODE -> {
          if (LesCodec.decode(LesVersion.LES4, code, payload) instanceof LesMessage.Resume r) {
            toClient(CONTROL_BYTES, () -> client.onResume(SimConnection.this, r.bufferValue()));
          }
        }
        default -> reply(payload);
      }
      return true;
    }

    private void announce(Bytes payload) {
      if (LesCodec.decode(LesVersion.LES4, LesMessage.Announce.CODE, payload)
              instanceof LesMessage.Announce announce
          && announce.update().contains(StatusKeys.MIN_RECHARGE)) {
        told++;
        long capacity = announce.update().requireUnsignedLong(StatusKeys.MIN_RECHARGE);
        changeCapacity(capacity);
        toClient(payload.size(), () -> client.onCapacity(SimConnection.this, capacity));
      }
    }

    private void reply(Bytes payload) {
      ReplyHead head = ReplyHead.of(payload);
      DrivenPeer driven = peer;
      if (driven == null) {
        throw new IllegalStateException("a reply before the greeting");
      }
      if (head.bufferValue() < 0 || head.bufferValue() > driven.bufferLimit()) {
        throw world.broken(
            client,
            "a buffer value of " + head.bufferValue() + " is not in 0 … " + driven.bufferLimit());
      }
      long cost = driven.servedCost() - lastServedCost;
      lastServedCost += cost;
      client.record().onServed(cost);
      toClient(
          client.replyBytes(head.requestId()),
          () -> client.onReply(SimConnection.this, head.requestId(), head.bufferValue()));
    }

    @Override
    public void pauseReading() {
      isPaused = true;
    }

    @Override
    public void resumeReading() {
      isPaused = false;
      if (!unread.isEmpty()) {
        world.loop().execute(SimConnection.this::readOn);
      }
    }
  }

  /** A further protocol on both ends. */
  private final class Channel {
    private final Capability capability;
    private final Function<PeerLink, PeerSession> serverSide;
    private final Function<PeerLink, PeerSession> clientSide;
    private @Nullable PeerSession atServer;
    private @Nullable PeerSession atClient;

    Channel(
        Capability capability,
        Function<PeerLink, PeerSession> serverSide,
        Function<PeerLink, PeerSession> clientSide) {
      this.capability = capability;
      this.serverSide = serverSide;
      this.clientSide = clientSide;
    }

    private void openServer() {
      atServer =
          serverSide.apply(
              new LinkEnd(SimConnection.this, true) {
                @Override
                public boolean send(int code, Bytes payload) {
                  if (serverOpen) {
                    toClient(payload.size(), () -> atClient(code, payload));
                  }
                  return serverOpen;
                }
              });
    }

    private void openClient() {
      atClient =
          clientSide.apply(
              new LinkEnd(SimConnection.this, false) {
                @Override
                public boolean send(int code, Bytes payload) {
                  if (clientOpen) {
                    world
                        .loop()
                        .at(
                            up.send(payload.size(), world.nowNanos()),
                            () -> atServer(code, payload));
                  }
                  return clientOpen;
                }
              });
    }

    private void atServer(int code, Bytes payload) {
      PeerSession session = atServer;
      if (serverOpen && session != null) {
        session.onMessage(code, payload);
      }
    }

    private void atClient(int code, Bytes payload) {
      PeerSession session = atClient;
      if (clientOpen && session != null) {
        session.onMessage(code, payload);
      }
    }

    private void closeServer(DisconnectReason reason, boolean byRemote) {
      PeerSession session = atServer;
      atServer = null;
      if (session != null) {
        session.onClosed(reason, byRemote);
      }
    }

    private void closeClient(DisconnectReason reason, boolean byRemote) {
      PeerSession session = atClient;
      atClient = null;
      if (session != null) {
        session.onClosed(reason, byRemote);
      }
    }
  }
}
