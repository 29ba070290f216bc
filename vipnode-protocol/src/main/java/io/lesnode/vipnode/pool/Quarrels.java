package io.lesnode.vipnode.pool;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often a client and a host disagreed. Who of the two lied cannot be known, so both keep the
 * mark and, from a number on, are kept apart; who lies to many is soon apart from all. Confined to
 * its {@link PoolMachine}.
 */
final class Quarrels {
  /** The oldest are forgotten: a liar could otherwise fill our memory. */
  private static final int KEPT = 65_536;

  private final int limit;
  private final Map<Pairing.Key, Integer> counts = new LinkedHashMap<>();

  Quarrels(int limit) {
    this.limit = limit;
  }

  void add(Pairing.Key pair) {
    restore(pair, count(pair) + 1);
  }

  void restore(Pairing.Key pair, int count) {
    counts.remove(pair);
    counts.put(pair, count);
    if (counts.size() > KEPT) {
      counts.remove(counts.keySet().iterator().next());
    }
  }

  int count(Pairing.Key pair) {
    return counts.getOrDefault(pair, 0);
  }

  boolean apart(Pairing.Key pair) {
    return count(pair) >= limit;
  }

  Map<Pairing.Key, Integer> all() {
    return counts;
  }
}
