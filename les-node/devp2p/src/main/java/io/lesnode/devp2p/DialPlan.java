package io.lesnode.devp2p;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which static node to dial when. A value machine: time is an argument. Confined to the control
 * loop of the server.
 *
 * <p>The law (geth's p2p/dial.go): every static node that is neither connected nor being dialled is
 * dialled as soon as its last dial is a re-dial interval ago, in the order in which they were
 * added, while there are slots. There are twice as many slots as peers that we may still dial, but
 * no more than the limit of pending connections, less the dials under way.
 */
final class DialPlan {
  private final NodeId self;
  private final int maxDialled;
  private final int maxPending;
  private final long redialNanos;
  private final Map<NodeId, Enode> nodes = new LinkedHashMap<>();
  private final Set<NodeId> dialling = new HashSet<>();
  private final Set<NodeId> connected = new HashSet<>();

  /** When a node may be dialled again; oldest first because the interval is constant. */
  private final Map<NodeId, Long> redialAtNanos = new LinkedHashMap<>();

  DialPlan(NodeId self, int maxDialled, int maxPending, long redialNanos) {
    this.self = self;
    this.maxDialled = maxDialled;
    this.maxPending = maxPending;
    this.redialNanos = redialNanos;
  }

  /** Keeps a node connected from now on. A node that is known already keeps its place. */
  void add(Enode node) {
    if (!node.nodeId().equals(self) && node.endpoint().isPresent()) {
      nodes.put(node.nodeId(), node);
    }
  }

  /** Dials a node no more. */
  void remove(NodeId id) {
    nodes.remove(id);
  }

  /** Whether a node is to be kept connected. */
  boolean wants(NodeId id) {
    return nodes.containsKey(id);
  }

  /** A connection became a peer, whoever dialled. */
  void onConnected(NodeId id) {
    connected.add(id);
  }

  /** A peer is gone. */
  void onDisconnected(NodeId id) {
    connected.remove(id);
  }

  /** A dial has ended, successfully or not. */
  void onDialEnded(NodeId id) {
    dialling.remove(id);
  }

  /**
   * The nodes to dial now; they count as being dialled from here on.
   *
   * @param dialledPeers how many peers are connected because we dialled them
   */
  List<Enode> due(long nowNanos, int dialledPeers) {
    Iterator<Long> oldest = redialAtNanos.values().iterator();
    while (oldest.hasNext() && oldest.next() - nowNanos <= 0) {
      oldest.remove();
    }
    int slots = Math.min(2 * (maxDialled - dialledPeers), maxPending) - dialling.size();
    List<Enode> due = new ArrayList<>();
    Iterator<Enode> candidates = nodes.values().iterator();
    while (due.size() < slots && candidates.hasNext()) {
      Enode node = candidates.next();
      NodeId id = node.nodeId();
      if (!connected.contains(id) && !dialling.contains(id) && !redialAtNanos.containsKey(id)) {
        due.add(node);
        dialling.add(id);
        redialAtNanos.put(id, nowNanos + redialNanos);
      }
    }
    return due;
  }

  /** When to look again if nothing else happens, or empty. */
  OptionalLong nextLookNanos() {
    Iterator<Long> oldest = redialAtNanos.values().iterator();
    return oldest.hasNext() ? OptionalLong.of(oldest.next()) : OptionalLong.empty();
  }
}
