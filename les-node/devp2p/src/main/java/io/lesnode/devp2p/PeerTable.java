package io.lesnode.devp2p;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected, and who may become so (geth's postHandshakeChecks). A value machine; confined
 * to the control loop of the server, apart from {@link #snapshot}.
 */
final class PeerTable {
  private final NodeId self;
  private final int maxPeers;
  private final Set<NodeId> trusted = new HashSet<>();
  private final Map<NodeId, Entry> peers = new HashMap<>();
  private int inboundCount;

  /** What other threads see; replaced as a whole. */
  private volatile List<PeerInfo> snapshot = List.of();

  private record Entry(PeerConnection connection, PeerInfo info) {}

  PeerTable(NodeId self, P2pConfig config) {
    this.self = self;
    this.maxPeers = config.maxPeers();
    config.trustedNodes().forEach(node -> trusted.add(node.nodeId()));
  }

  /** Why this identity may not become a peer now, or null. Marks trusted connections. */
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
    inboundCount += info.inbound() ? 1 : 0;
    publish();
  }

  /** Removes a connection; null if it was not, or is no more, a peer. */
  @Nullable PeerInfo remove(PeerConnection connection) {
    for (Entry entry : peers.values()) {
      if (entry.connection == connection) {
        PeerInfo info = entry.info;
        peers.remove(info.nodeId());
        inboundCount -= info.inbound() ? 1 : 0;
        publish();
        return info;
      }
    }
    return null;
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
      publish();
    }
  }

  /** How many peers are connected because we dialled them. */
  int dialledCount() {
    return peers.size() - inboundCount;
  }

  /** The peers, sorted by id. Any thread. */
  List<PeerInfo> snapshot() {
    return snapshot;
  }

  private void publish() {
    snapshot =
        peers.values().stream()
            .map(Entry::info)
            .sorted(Comparator.comparing(PeerInfo::id))
            .toList();
  }
}
