package io.lesnode.devp2p.discovery.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.tuweni.bytes.Bytes32;

/**
 * One walk towards a target (Kademlia's node lookup, geth p2p/discover/lookup.go): asks the nearest
 * known nodes, three at a time, for nodes that are nearer, until none of the nearest 16 is unasked.
 * Bounded: every node is asked once, and no more than {@value #QUERIES_MAX} in all, so that liars
 * cannot keep it going. Confined to the discovery loop.
 */
final class Lookup {
  private static final int PARALLEL = 3;
  static final int QUERIES_MAX = 64;

  private final NodeTable table;
  private final NodeQueries queries;
  private final Target target;
  private final DiscoveryLoop loop;
  private final Consumer<KnownNode> onNew;
  private final Runnable onEnd;
  private final Comparator<KnownNode> order;
  private final List<KnownNode> nearest = new ArrayList<>();
  private final Set<Bytes32> seen = new HashSet<>();
  private final Set<Bytes32> asked = new HashSet<>();
  private int running;
  private boolean ended;

  /**
   * Prepares a lookup.
   *
   * @param onNew hears of nodes that entered the table and have not answered yet
   * @param onEnd runs once
   */
  Lookup(
      Bytes32 self,
      NodeTable table,
      NodeQueries queries,
      Target target,
      DiscoveryLoop loop,
      Consumer<KnownNode> onNew,
      Runnable onEnd) {
    this.table = table;
    this.queries = queries;
    this.target = target;
    this.loop = loop;
    this.onNew = onNew;
    this.onEnd = onEnd;
    Comparator<Bytes32> byHash = Distance.to(target.hash());
    this.order = (a, b) -> byHash.compare(a.hash(), b.hash());
    seen.add(self);
  }

  void start() {
    take(table.closest(target.hash(), NodeTable.BUCKET_SIZE, false));
    askNext();
  }

  private void take(List<KnownNode> nodes) {
    for (KnownNode node : nodes) {
      if (seen.add(node.hash())) {
        nearest.add(node);
      }
    }
    nearest.sort(order);
    if (nearest.size() > NodeTable.BUCKET_SIZE) {
      nearest.subList(NodeTable.BUCKET_SIZE, nearest.size()).clear();
    }
  }

  private void askNext() {
    for (KnownNode node : List.copyOf(nearest)) {
      if (running >= PARALLEL || asked.size() >= QUERIES_MAX) {
        break;
      }
      if (asked.add(node.hash())) {
        running++;
        queries.findNodes(node, target, found -> onAnswer(found));
      }
    }
    if (running == 0 && !ended) {
      ended = true;
      onEnd.run();
    }
  }

  private void onAnswer(List<KnownNode> found) {
    running--;
    List<KnownNode> few = found.subList(0, Math.min(found.size(), NodeTable.BUCKET_SIZE));
    for (KnownNode node : few) {
      if (table.addSeen(node, loop.nowNanos())) {
        onNew.accept(node);
      }
    }
    take(few);
    askNext();
  }
}
