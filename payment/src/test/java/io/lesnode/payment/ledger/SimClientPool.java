package io.lesnode.payment.ledger;

import java.util.Arrays;
import java.util.Random;

/**
 * The client pool of a LES server, as far as the books see it: what of the tokens issued, less
 * those given back, each node was delivered, and what of it is left; both lie in one durable batch.
 * Service that was not synced before a crash is given for nothing; tokens are not lost or made.
 */
final class SimClientPool {
  private record Node(long delivered, long left, long used) {
    static final Node NEW = new Node(0, 0, 0);
  }

  private final Node[] durable;
  private final Node[] now;

  SimClientPool(int nodes) {
    durable = new Node[nodes];
    now = new Node[nodes];
    Arrays.fill(durable, Node.NEW);
    Arrays.fill(now, Node.NEW);
  }

  /**
   * The difference to what was delivered is added and synced.
   *
   * @param counters what the books say
   */
  void deliver(int i, TokenCounters counters) {
    Node node = now[i];
    long net = counters.issued() - counters.returned() - counters.expired();
    long added = net - node.delivered;
    if (added < 0) {
      throw new IllegalStateException("more was delivered than issued");
    }
    if (added > 0) {
      now[i] = new Node(net, node.left + added, node.used);
      durable[i] = now[i];
    }
  }

  long left(int i) {
    return now[i].left;
  }

  /** Tokens that are sold back or whose grant has ended; synced. */
  void take(int i, long tokens) {
    Node node = now[i];
    now[i] = new Node(node.delivered - tokens, node.left - tokens, node.used);
    durable[i] = now[i];
  }

  /**
   * Service, or the expiry of a balance with time: tokens are used up; mostly not synced at once.
   */
  void use(int i, Random random) {
    Node node = now[i];
    long tokens = node.left == 0 ? 0 : 1 + Math.floorMod(random.nextLong(), node.left);
    now[i] = new Node(node.delivered, node.left - tokens, node.used + tokens);
    if (random.nextInt(4) == 0) {
      durable[i] = now[i];
    }
  }

  void crash() {
    System.arraycopy(durable, 0, now, 0, now.length);
  }

  /** How many tokens too few a node has; zero. */
  long difference(int i, TokenCounters counters) {
    Node node = now[i];
    return counters.issued() - counters.returned() - counters.expired() - node.left - node.used;
  }
}
