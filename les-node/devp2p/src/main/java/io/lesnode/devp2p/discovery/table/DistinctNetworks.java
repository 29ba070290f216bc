package io.lesnode.devp2p.discovery.table;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;

/**
 * Counts addresses by network, so that one network cannot fill a table: IPv4 by /24, IPv6 by /56.
 * Addresses of the local network are not counted. Confined to one thread.
 *
 * <p>Differs from geth: IPv6 addresses are counted by what a provider gives to one customer; geth
 * counts them by /24, which is a whole registry's share and shuts honest nodes out. Pinned by
 * {@code NodeTableTest}.
 */
final class DistinctNetworks {
  private static final int V4_BYTES = 3;
  private static final int V6_BYTES = 7;

  private final int limit;
  private final Map<Bytes, Integer> counts = new HashMap<>();

  DistinctNetworks(int limit) {
    this.limit = limit;
  }

  private static Bytes network(InetAddress address) {
    byte[] bytes = address.getAddress();
    return Bytes.wrap(bytes, 0, bytes.length == 4 ? V4_BYTES : V6_BYTES);
  }

  /** Counts an address, unless its network has as many as it may. */
  boolean add(InetAddress address) {
    if (AddressRules.isLocal(address)) {
      return true;
    }
    Bytes network = network(address);
    int count = counts.getOrDefault(network, 0);
    if (count >= limit) {
      return false;
    }
    counts.put(network, count + 1);
    return true;
  }

  void remove(InetAddress address) {
    if (!AddressRules.isLocal(address)) {
      counts.computeIfPresent(network(address), (network, count) -> count == 1 ? null : count - 1);
    }
  }
}
