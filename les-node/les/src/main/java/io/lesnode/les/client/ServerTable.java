package io.lesnode.les.client;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.IpText;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.flowcontrol.cost.RequestKind;
import io.lesnode.les.client.Question.AccountKeyForm;
import io.lesnode.les.client.pool.ServerPool;
import io.lesnode.les.wire.LesVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers that are connected, those that are wanted, and those that were refused and why.
 * Confined to the client loop.
 */
final class ServerTable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerTable.class);

  /** How long a server that lied is not let in again. */
  private static final long SHUT_OUT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private static final int MAX_REMEMBERED = 1000;
  private static final int MAX_SHOWN = 5;

  /** How long a server that cannot be used, such as one of another chain, is left alone. */
  private static final long UNUSABLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Learns that a server came or went. */
  interface Listener {
    /** A usable server is gone; what it was asked is void. */
    void onServerGone(ServerPeer server);
  }

  /** A verdict that is remembered for a while. */
  private record Ban(String reason, long untilNanos) {}

  /** Why a server was last left or refused. */
  private record Refusal(RefusalReason reason, long atNanos) {}

  /** For whoever comes: no more than geth's servers grant. */
  private static final int DEFAULT_ITEMS_PER_REQUEST = 16;

  private final ClientLoop loop;
  private final int maxServers;
  private final ServerKeeper keeper;
  private final Map<NodeId, ServerPeer> servers = new LinkedHashMap<>();
  private final Map<NodeId, Ban> bans = new BoundedMap<>(MAX_REMEMBERED);
  private final Map<NodeId, Refusal> refusals = new BoundedMap<>(MAX_REMEMBERED);
  private final Map<NodeId, AccountKeyForm> accountKeyForms = new BoundedMap<>(MAX_REMEMBERED);
  private Listener listener = server -> {};
  private @Nullable String lastRefused;
  private @Nullable RefusalReason lastRefusal;

  ServerTable(ClientLoop loop, ServerSetup setup, RandomGenerator random) {
    this.loop = loop;
    this.maxServers = setup.maxServers();
    this.keeper = new ServerKeeper(loop, setup, random, this::usableCount);
  }

  /** Keeps servers connected and knows what they are worth. */
  ServerKeeper keeper() {
    return keeper;
  }

  void listen(Listener newListener) {
    this.listener = newListener;
  }

  /** Keeps a server connected from now on. */
  void want(Enode enode) {
    keeper.keep(enode);
  }

  /** A server need not be kept any more; disconnects it. */
  void unwant(NodeId id) {
    keeper.release(id);
    ServerPeer server = servers.get(id);
    if (server != null) {
      drop(server, DisconnectReason.REQUESTED, "removed by the user");
    }
  }

  /** The network is back after a pause: everybody may be dialled at once. */
  void onNetworkBack() {
    keeper.onNetworkBack();
  }

  /**
   * Takes a new connection in.
   *
   * @return the server, or null if it was refused at once
   */
  @Nullable ServerPeer open(PeerLink link, LesVersion version) {
    long now = loop.nowNanos();
    Ban ban = bans.get(link.remoteId());
    if (ban != null && ban.untilNanos - now > 0) {
      refuse(link, new RefusalReason.ShutOut(ban.reason), ban.untilNanos - now);
      return null;
    }
    ServerPeer old = servers.get(link.remoteId());
    if (old != null) {
      drop(old, DisconnectReason.ALREADY_CONNECTED, "replaced by a newer connection");
    }
    if (servers.size() >= maxServers && !link.trusted() && !makeRoom(link.remoteId())) {
      refuse(link, new RefusalReason.TooManyServers(maxServers), 0);
      return null;
    }
    ServerPeer server = new ServerPeer(link, version, now);
    AccountKeyForm form = accountKeyForms.get(link.remoteId());
    if (form != null) {
      server.assumeAccountKeyForm(form);
    }
    servers.put(link.remoteId(), server);
    return server;
  }

  /** Servers to be kept come on top; the least valuable other one makes room for them. */
  private boolean makeRoom(NodeId id) {
    if (!keeper.keeps(id)) {
      return false;
    }
    servers.values().stream()
        .filter(server -> !keeper.keeps(server.id()) && !server.link().trusted())
        .min(Comparator.comparingDouble(keeper::sessionValue))
        .ifPresent(
            server ->
                drop(server, DisconnectReason.TOO_MANY_PEERS, "made room for a server to keep"));
    return true;
  }

  private void refuse(PeerLink link, RefusalReason reason, long waitNanos) {
    remember(link.remoteId(), link.remoteId() + "@" + IpText.of(link.remoteAddress()), reason);
    link.disconnect(new ServerFault.Refused(reason).disconnectReason());
    keeper.onDialFailed(link.remoteId());
    keeper.onUnusable(link.remoteId(), waitNanos);
  }

  /** The connection ended from outside. */
  void onClosed(ServerPeer server, DisconnectReason reason, boolean byRemote) {
    if (server.phase() instanceof ServerPeer.Phase.Closed) {
      return;
    }
    if (byRemote) {
      remember(
          server.id(),
          server.name(),
          reason == DisconnectReason.TOO_MANY_PEERS
              ? new RefusalReason.Full()
              : new RefusalReason.ClosedByServer(reason.text()));
    }
    leave(server, reason.text());
  }

  /** The one place that turns a fault into action. */
  void onFault(ServerPeer server, ServerFault fault) {
    if (server.phase() instanceof ServerPeer.Phase.Closed) {
      return;
    }
    switch (fault.penalty()) {
      case COUNT -> {
        LOG.debug("Server {}: {}", server.name(), fault.reason());
        if (server.faults().isOverAfterOneMore(loop.nowNanos())) {
          shutOut(server, fault.disconnectReason(), "too many bad answers: " + fault.reason());
        }
      }
      case DROP -> {
        RefusalReason why =
            fault instanceof ServerFault.Refused refused
                ? refused.why()
                : new RefusalReason.ShutOut(fault.reason());
        remember(server.id(), server.name(), why);
        LOG.info("Dropping server {}: {}", server.name(), fault.reason());
        drop(server, fault.disconnectReason(), fault.reason());
        if (fault instanceof ServerFault.Refused) {
          keeper.onUnusable(server.id(), UNUSABLE_NANOS);
        }
      }
      case SHUT_OUT -> shutOut(server, fault.disconnectReason(), fault.reason());
    }
  }

  private void shutOut(ServerPeer server, DisconnectReason disconnect, String reason) {
    LOG.warn("Shutting out server {}: {}", server.name(), reason);
    bans.put(server.id(), new Ban(reason, loop.nowNanos() + SHUT_OUT_NANOS));
    remember(server.id(), server.name(), new RefusalReason.ShutOut(reason));
    drop(server, disconnect, reason);
    keeper.onUnusable(server.id(), SHUT_OUT_NANOS);
  }

  private void drop(ServerPeer server, DisconnectReason disconnect, String reason) {
    server.link().disconnect(disconnect);
    leave(server, reason);
  }

  private void leave(ServerPeer server, String reason) {
    boolean wasUsable = server.isUsable();
    server.knownAccountKeyForm().ifPresent(form -> accountKeyForms.put(server.id(), form));
    server.toClosed(reason);
    servers.remove(server.id(), server);
    listener.onServerGone(server);
    if (wasUsable) {
      keeper.onGone(server);
    } else {
      keeper.onDialFailed(server.id());
    }
  }

  private void remember(NodeId id, String name, RefusalReason reason) {
    refusals.put(id, new Refusal(reason, loop.nowNanos()));
    lastRefused = name;
    lastRefusal = reason;
  }

  /** Ends all connections. */
  void close() {
    keeper.close();
    for (ServerPeer server : List.copyOf(servers.values())) {
      drop(server, DisconnectReason.QUITTING, "the light client was closed");
    }
  }

  private int usableCount() {
    int count = 0;
    for (ServerPeer server : servers.values()) {
      count += server.isUsable() ? 1 : 0;
    }
    return count;
  }

  /** The servers that went through the handshake and answer requests. */
  List<ServerPeer> usable() {
    List<ServerPeer> usable = new ArrayList<>(servers.size());
    for (ServerPeer server : servers.values()) {
      if (server.isUsable() && !server.terms().announceOnly()) {
        usable.add(server);
      }
    }
    return usable;
  }

  /** All connections. */
  List<ServerPeer> all() {
    return List.copyOf(servers.values());
  }

  /** The state of the search for servers while none is usable. */
  SyncStatus searchStatus() {
    String refused = lastRefused;
    RefusalReason refusal = lastRefusal;
    if (refused != null && refusal != null) {
      return new SyncStatus.Refused(refused, refusal);
    }
    if (!servers.isEmpty()) {
      return new SyncStatus.Connecting(servers.values().stream().map(ServerPeer::name).toList());
    }
    List<String> candidates =
        keeper.known().stream().limit(MAX_SHOWN).map(entry -> entry.server().toString()).toList();
    return candidates.isEmpty() ? new SyncStatus.NoServer() : new SyncStatus.Connecting(candidates);
  }

  /** All servers that are known, connected or not. */
  List<KnownServer> known() {
    long now = loop.nowNanos();
    return keeper.known().stream().map(entry -> describe(entry, now)).toList();
  }

  private KnownServer describe(ServerPool.Entry entry, long now) {
    Refusal refusal = refusals.get(entry.server().nodeId());
    return new KnownServer(
        entry.server().toString(),
        entry.server().nodeId().toHex(),
        entry.kept(),
        entry.state().name().toLowerCase(Locale.ROOT),
        TimeUnit.NANOSECONDS.toMillis(entry.waitNanos()),
        entry.weight(),
        refusal == null ? null : refusal.reason.message(),
        refusal == null ? 0 : TimeUnit.NANOSECONDS.toMillis(now - refusal.atNanos));
  }

  /** The same in words. */
  String status() {
    return searchStatus().message();
  }

  /** A server became usable: old refusals no longer tell anything. */
  void onUsable(ServerPeer server) {
    lastRefused = null;
    lastRefusal = null;
    keeper.onUsable(server);
  }

  /**
   * How many items to ask for at once, so that every server that is usable now can take the request
   * (see {@link ServerPeer#itemsPerRequest}).
   */
  int itemsPerRequest(RequestKind kind) {
    return usable().stream()
        .mapToInt(server -> server.itemsPerRequest(kind))
        .min()
        .orElse(DEFAULT_ITEMS_PER_REQUEST);
  }
}
