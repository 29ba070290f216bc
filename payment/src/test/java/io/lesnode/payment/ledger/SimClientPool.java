package io.lesnode.payment.ledger;

import java.util.Random;

/**
 * The client pool of a LES server, as far as the books see it: what each node was delivered, what
 * of it is left, and the counters that lie in the same durable batch as the balance. Service that
 * was not synced before a crash is given for nothing; tokens are not lost or made.
 */
final class SimClientPool {
  private record Node(long delivered, long taken, long ended, long left, long used) {
    static final Node NEW = new Node(0, 0, 0, 0, 0);
  }

  private final Node[] durable;
  private final Node[] now;

  SimClientPool(int nodes) {
    durable = new Node[nodes];
    now = new Node[nodes];
    java.util.Arrays.fill(durable, Node.NEW);
    java.util.Arrays.fill(now, Node.NEW);
  }

  /** What the ledger issued in all; the difference is added and synced. */
  void deliver(int i, long issued) {
    Node node = now[i];
    long added = issued - node.delivered;
    if (added < 0) {
      throw new IllegalStateException("more was delivered than issued");
    }
    if (added > 0) {
      now[i] = new Node(issued, node.taken, node.ended, node.left + added, node.used);
      durable[i] = now[i];
    }
  }

  long left(int i) {
    return now[i].left;
  }

  long taken(int i) {
    return now[i].taken;
  }

  long ended(int i) {
    return now[i].ended;
  }

  void takeBack(int i, long tokens) {
    Node node = now[i];
    now[i] =
        new Node(node.delivered, node.taken + tokens, node.ended, node.left - tokens, node.used);
    durable[i] = now[i];
  }

  void endGrant(int i, long tokens) {
    Node node = now[i];
    now[i] =
        new Node(node.delivered, node.taken, node.ended + tokens, node.left - tokens, node.used);
    durable[i] = now[i];
  }

  /**
   * Service, or the expiry of a balance with time: tokens are used up; mostly not synced at once.
   */
  void use(int i, Random random) {
    Node node = now[i];
    long tokens = node.left == 0 ? 0 : 1 + Math.floorMod(random.nextLong(), node.left);
    now[i] =
        new Node(node.delivered, node.taken, node.ended, node.left - tokens, node.used + tokens);
    if (random.nextInt(4) == 0) {
      durable[i] = now[i];
    }
  }

  void crash() {
    System.arraycopy(durable, 0, now, 0, now.length);
  }

  /** How many tokens too many or too few a node has; zero. */
  long difference(int i, long issued, long returned, long expired) {
    Node node = now[i];
    if (node.taken != returned || node.ended != expired || node.delivered != issued) {
      return Long.MAX_VALUE;
    }
    return issued - returned - expired - node.left - node.used;
  }
}
