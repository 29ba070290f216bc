package io.lesnode.les.client;

import io.lesnode.devp2p.DisconnectReason;
import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.PeerLink;
import io.lesnode.les.wire.LesVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** Learns that a server came or went. */
  interface Listener {
    /** A usable server is gone; what it was asked is void. */
    void onServerGone(ServerPeer server);
  }

  /** A verdict that is remembered for a while. */
  private record Ban(String reason, long untilNanos) {}

  private final ClientLoop loop;
  private final int maxServers;
  private final Map<NodeId, ServerPeer> servers = new LinkedHashMap<>();
  private final Map<NodeId, Enode> wanted = new LinkedHashMap<>();
  private final Map<NodeId, Ban> bans = new BoundedMap<>(MAX_REMEMBERED);
  private Listener listener = server -> {};
  private @Nullable String lastRefused;
  private @Nullable RefusalReason lastRefusal;

  ServerTable(ClientLoop loop, int maxServers, Collection<Enode> wanted) {
    this.loop = loop;
    this.maxServers = maxServers;
    wanted.forEach(this::want);
  }

  void listen(Listener newListener) {
    this.listener = newListener;
  }

  /** Adds a server that is being dialled. */
  void want(Enode enode) {
    wanted.put(enode.nodeId(), enode);
  }

  /** Forgets a server that is no longer dialled. */
  void unwant(NodeId id) {
    wanted.remove(id);
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
      refuse(link, new RefusalReason.ShutOut(ban.reason));
      return null;
    }
    if (servers.size() >= maxServers && !link.trusted()) {
      refuse(link, new RefusalReason.TooManyServers(maxServers));
      return null;
    }
    ServerPeer old = servers.remove(link.remoteId());
    if (old != null) {
      drop(old, DisconnectReason.ALREADY_CONNECTED, "replaced by a newer connection");
    }
    ServerPeer server = new ServerPeer(link, version, now);
    servers.put(link.remoteId(), server);
    return server;
  }

  private void refuse(PeerLink link, RefusalReason reason) {
    remember(link.remoteId() + "@" + link.remoteAddress(), reason);
    link.disconnect(new ServerFault.Refused(reason).disconnectReason());
  }

  /** The connection ended from outside. */
  void onClosed(ServerPeer server, DisconnectReason reason, boolean byRemote) {
    if (server.phase() instanceof ServerPeer.Phase.Closed) {
      return;
    }
    if (byRemote) {
      remember(server.name(), new RefusalReason.ClosedByServer(reason.text()));
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
        remember(server.name(), why);
        LOG.info("Dropping server {}: {}", server.name(), fault.reason());
        drop(server, fault.disconnectReason(), fault.reason());
      }
      case SHUT_OUT -> shutOut(server, fault.disconnectReason(), fault.reason());
    }
  }

  private void shutOut(ServerPeer server, DisconnectReason disconnect, String reason) {
    LOG.warn("Shutting out server {}: {}", server.name(), reason);
    bans.put(server.id(), new Ban(reason, loop.nowNanos() + SHUT_OUT_NANOS));
    remember(server.name(), new RefusalReason.ShutOut(reason));
    drop(server, disconnect, reason);
  }

  private void drop(ServerPeer server, DisconnectReason disconnect, String reason) {
    server.link().disconnect(disconnect);
    leave(server, reason);
  }

  private void leave(ServerPeer server, String reason) {
    server.toClosed(reason);
    servers.remove(server.id(), server);
    listener.onServerGone(server);
  }

  private void remember(String name, RefusalReason reason) {
    lastRefused = name;
    lastRefusal = reason;
  }

  /** Ends all connections. */
  void close() {
    for (ServerPeer server : List.copyOf(servers.values())) {
      drop(server, DisconnectReason.QUITTING, "the light client was closed");
    }
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
    return wanted.isEmpty()
        ? new SyncStatus.NoServer()
        : new SyncStatus.Connecting(wanted.values().stream().map(Enode::toString).toList());
  }

  /** The same in words. */
  String status() {
    return searchStatus().message();
  }

  /** Called when a server became usable: old refusals no longer tell anything. */
  void onUsable() {
    lastRefused = null;
    lastRefusal = null;
  }
}
