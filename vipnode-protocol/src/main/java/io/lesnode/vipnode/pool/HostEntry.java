package io.lesnode.vipnode.pool;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;

/** What a pool knows of one host. Confined to its {@link HostBook}. */
final class HostEntry {
  /** Latency is judged by the reports of so many clients at most, the newest of each. */
  private static final int LATENCY_REPORTS = 16;

  /** What a host counts as whose latency nobody has reported. */
  private static final int UNKNOWN_LATENCY_MILLIS = 100;

  /** The session of a host whose connection has ended. */
  static final long NO_SESSION = -1;

  HostFacts facts;
  long session;
  long lastSeenSeconds;
  long reserved;
  FaultScore score;
  boolean lagging;

  /** Behind the pool's head when it reported; the head has moved since, the host's too. */
  long lagBlocks;

  private final Map<Bytes32, Integer> latencyMillis = new LinkedHashMap<>();

  HostEntry(HostFacts facts, long session, long lastSeenSeconds, FaultScore score) {
    this.facts = facts;
    this.session = session;
    this.lastSeenSeconds = lastSeenSeconds;
    this.score = score;
  }

  long free() {
    return Math.max(0, facts.capacity() - reserved);
  }

  void reportLatency(Bytes32 client, int millis) {
    latencyMillis.remove(client);
    latencyMillis.put(client, millis);
    if (latencyMillis.size() > LATENCY_REPORTS) {
      latencyMillis.remove(latencyMillis.keySet().iterator().next());
    }
  }

  /** The median: no single client can make a host look slow or fast. */
  int latencyMillis() {
    if (latencyMillis.isEmpty()) {
      return UNKNOWN_LATENCY_MILLIS;
    }
    int[] sorted = latencyMillis.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
