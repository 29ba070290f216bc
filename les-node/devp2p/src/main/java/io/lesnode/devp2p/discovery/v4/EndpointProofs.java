package io.lesnode.devp2p.discovery.v4;

import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes32;

/**
 * Who has proven within a day that it receives packets at its address. Bounded: the oldest proof is
 * given up for a new one. A value machine, confined to the discovery loop.
 */
final class EndpointProofs {
  static final int LIMIT = 4096;
  private static final long VALID_NANOS = TimeUnit.HOURS.toNanos(24);

  private record Endpoint(Bytes32 hash, InetAddress address) {}

  private final Map<Endpoint, Long> provenNanos = new LinkedHashMap<>();

  void add(Bytes32 hash, InetAddress address, long nowNanos) {
    Endpoint endpoint = new Endpoint(hash, address);
    provenNanos.remove(endpoint);
    provenNanos.put(endpoint, nowNanos);
    if (provenNanos.size() > LIMIT) {
      Iterator<Endpoint> oldest = provenNanos.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  boolean has(Bytes32 hash, InetAddress address, long nowNanos) {
    Long proven = provenNanos.get(new Endpoint(hash, address));
    return proven != null && nowNanos - proven < VALID_NANOS;
  }
}
