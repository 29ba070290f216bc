package io.lesnode.devp2p;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected, and who may become so (geth's postHandshakeChecks). A value machine; changed by
 * the control loop of the server only, while {@link #refusal} and {@link #snapshot} may be called
 * from any thread.
 */
final class PeerTable {
  private final NodeId self;
  private final int maxPeers;
  private final Set<NodeId> trusted = ConcurrentHashMap.newKeySet();
  private final Map<NodeId, Entry> peers = new ConcurrentHashMap<>();

  /** The identities of the peers; confined to the control loop, like the count. */
  private final Map<PeerConnection, NodeId> identities = new HashMap<>();

  private int inboundCount;

  private record Entry(PeerConnection connection, PeerInfo info) {}

  PeerTable(NodeId self, P2pConfig config) {
    this.self = self;
    this.maxPeers = config.maxPeers();
    config.trustedNodes().forEach(node -> trusted.add(node.nodeId()));
  }

  /**
   * Why this identity may not become a peer now, or null. Marks trusted connections. Any thread;
   * the answer is binding on the control loop only.
   */
  @Nullable DisconnectReason refusal(PeerConnection connection, NodeId remote) {
    connection.trust(trusted.contains(remote));
    // Differs from geth: inbound peers may take all places, none are kept free for dialling
    if (peers.size() >= maxPeers && !connection.trusted()) {
      return DisconnectReason.TOO_MANY_PEERS;
    }
    if (peers.containsKey(remote)) {
      return DisconnectReason.ALREADY_CONNECTED;
    }
    return remote.equals(self) ? DisconnectReason.SELF : null;
  }

  /** Enters a peer that was not refused. */
  void enter(PeerConnection connection, PeerInfo info) {
    peers.put(info.nodeId(), new Entry(connection, info.withTrusted(connection.trusted())));
    identities.put(connection, info.nodeId());
    inboundCount += info.inbound() ? 1 : 0;
  }

  /** Removes a connection; null if it was not, or is no more, a peer. */
  @Nullable PeerInfo remove(PeerConnection connection) {
    NodeId id = identities.remove(connection);
    Entry entry = id == null ? null : peers.remove(id);
    if (entry == null) {
      return null;
    }
    inboundCount -= entry.info.inbound() ? 1 : 0;
    return entry.info;
  }

  /** The connection with this peer, or null. */
  @Nullable PeerConnection connection(NodeId id) {
    Entry entry = peers.get(id);
    return entry == null ? null : entry.connection;
  }

  /** Lets a node in above the limit, or no more. */
  void trust(NodeId id, boolean value) {
    boolean changed = value ? trusted.add(id) : trusted.remove(id);
    Entry entry = peers.get(id);
    if (changed && entry != null) {
      entry.connection.trust(value);
      peers.put(id, new Entry(entry.connection, entry.info.withTrusted(value)));
    }
  }

  /** How many peers are connected because we dialled them. */
  int dialledCount() {
    return peers.size() - inboundCount;
  }

  /** The peers, sorted by id. Any thread. */
  List<PeerInfo> snapshot() {
    return peers.values().stream()
        .map(Entry::info)
        .sorted(Comparator.comparing(info -> info.nodeId().hash()))
        .toList();
  }
}
