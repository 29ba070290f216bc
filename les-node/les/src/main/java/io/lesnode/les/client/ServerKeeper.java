package io.lesnode.les.client;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.les.client.pool.PoolAction;
import io.lesnode.les.client.pool.ServerPool;
import io.lesnode.les.client.pool.ServerQuery;
import io.lesnode.les.client.pool.ServerSource;
import io.lesnode.les.client.value.ValueTracker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps enough servers connected and counts what they are worth: drives the server pool and the
 * value tracker. Confined to the client loop.
 */
final class ServerKeeper {

  /** Opens connections. */
  @FunctionalInterface
  interface Dialler {
    /**
     * Dials once; must not block.
     *
     * @param failed told, from any thread, if no connection comes of it
     */
    void dial(Enode server, Runnable failed);
  }

  private final ClientLoop loop;
  private final ServerSetup setup;
  private final IntSupplier connected;
  private final ValueTracker values;
  private final ServerPool pool;
  private @Nullable Dialler dialler;
  private ClientLoop.@Nullable Timer timer;
  private boolean updating;
  private boolean searching;
  private boolean closed;

  /**
   * Starts with what is remembered; dials nobody before {@link #start}.
   *
   * @param connected how many servers are usable now
   */
  ServerKeeper(ClientLoop loop, ServerSetup setup, RandomGenerator random, IntSupplier connected) {
    this.loop = loop;
    this.setup = setup;
    this.connected = connected;
    long now = loop.nowNanos();
    values = new ValueTracker(setup.memory(), ValueTracker.Rates.STANDARD, now, wallNanos());
    pool =
        new ServerPool(
            new ServerPool.Settings(setup.keptWaitNanos(), setup.query() != null),
            setup.memory(),
            values,
            setup.selection(),
            setup.prices(),
            random,
            now,
            wallNanos());
    setup.kept().forEach(pool::keep);
  }

  private long wallNanos() {
    Instant now = setup.clock().instant();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }

  /** The network is up: dials from now on, and searches for servers where some are missing. */
  void start(Dialler newDialler) {
    dialler = newDialler;
    for (ServerSource source : setup.sources()) {
      source.start(server -> loop.execute(() -> onFound(server)));
    }
    pump();
  }

  /** Keeps a server connected from now on. */
  void keep(Enode server) {
    pool.keep(server);
    pump();
  }

  /** Treats a server like any other again. */
  void release(NodeId id) {
    pool.release(id);
  }

  boolean keeps(NodeId id) {
    return pool.keeps(id);
  }

  /** A server was found. */
  void onFound(Enode server) {
    if (!closed && pool.onFound(server)) {
      pump();
    }
  }

  /** A server went through the handshake. */
  void onUsable(ServerPeer server) {
    long now = loop.nowNanos();
    pool.onConnected(server.id(), dialledAt(server.link()), now);
    values.onConnected(server.id().hash(), server.terms().costs(), now);
    if (!updating) {
      updating = true;
      loop.schedule(ValueTracker.UPDATE_NANOS, this::update);
    }
    pump();
  }

  private static @Nullable Enode dialledAt(PeerLink link) {
    InetSocketAddress remote = link.remoteAddress();
    InetAddress address = remote.getAddress();
    return link.inbound() || address == null
        ? null
        : new Enode(link.remoteId(), address, remote.getPort(), remote.getPort());
  }

  /** A connected server told other costs. */
  void onCosts(ServerPeer server) {
    values.onCosts(server.id().hash(), server.terms().costs());
  }

  /** A server gave a good answer. */
  void onServed(ServerPeer server, Question question, long roundTripNanos) {
    values.onServed(server.id().hash(), question.kind(), question.amount(), roundTripNanos);
  }

  /** A usable server is gone. */
  void onGone(ServerPeer server) {
    if (closed) {
      return;
    }
    pool.onDisconnected(server.id(), loop.nowNanos());
    values.onDisconnected(server.id().hash());
    pump();
  }

  /** A dial led to nothing, or the handshake failed. */
  void onDialFailed(NodeId id) {
    if (closed) {
      return;
    }
    pool.onDialFailed(id, loop.nowNanos());
    pump();
  }

  /** A server is not to be dialled for a while. */
  void onUnusable(NodeId id, long atLeastNanos) {
    pool.onUnusable(id, atLeastNanos, loop.nowNanos());
  }

  /** After a pause of the network: everybody may be dialled at once. */
  void onNetworkBack() {
    pool.onNetworkBack();
    pump();
  }

  /** After how long a question is given to another server too. */
  long softTimeoutNanos() {
    return values.softTimeoutNanos(loop.nowNanos());
  }

  /** How much a server's chance to be asked shrinks by what it charges. */
  double moneyFactor(NodeId id) {
    return setup.prices().moneyFactor(id);
  }

  double sessionValue(ServerPeer server) {
    return values.sessionValue(server.id().hash(), loop.nowNanos());
  }

  ValueTracker values() {
    return values;
  }

  List<ServerPool.Entry> known() {
    return pool.entries(loop.nowNanos());
  }

  private void pump() {
    Dialler dial = dialler;
    if (dial == null || closed) {
      return;
    }
    int free = Math.max(0, setup.maxServers() - connected.getAsInt());
    for (PoolAction action : pool.due(free, loop.nowNanos())) {
      NodeId id = action.server().nodeId();
      switch (action) {
        case PoolAction.Dial(Enode server) ->
            dial.dial(server, () -> loop.execute(() -> onDialFailed(id)));
        case PoolAction.Query(Enode server) -> query(server);
      }
    }
    boolean needed = free > 0 && pool.wantsMore();
    if (needed != searching) {
      searching = needed;
      setup.sources().forEach(source -> source.onNeed(needed));
    }
    arrange();
  }

  private void query(Enode server) {
    ServerQuery query = setup.query();
    if (query != null) {
      query.ask(
          server,
          answer ->
              loop.execute(
                  () -> {
                    pool.onQueried(server.nodeId(), answer, loop.nowNanos());
                    pump();
                  }));
    }
  }

  private void arrange() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    long waitNanos = pool.nextLookNanos(loop.nowNanos());
    if (waitNanos != Long.MAX_VALUE) {
      timer = loop.schedule(waitNanos, this::pump);
    }
  }

  private void update() {
    updating = !closed && connected.getAsInt() > 0;
    if (updating) {
      values.update(loop.nowNanos(), wallNanos());
      loop.schedule(ValueTracker.UPDATE_NANOS, this::update);
    }
  }

  /** Dials no more and saves what was learned; servers may still be connected. */
  void close() {
    if (!closed) {
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
      if (dialler != null) {
        setup.sources().forEach(ServerSource::close);
      }
      pool.close(loop.nowNanos());
      values.close(loop.nowNanos(), wallNanos());
    }
  }
}
