package io.lesnode.devp2p;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Refuses addresses that connect too often (geth's checkInboundConn), local networks excepted. A
 * value machine: time is an argument. Confined to the control loop of the server.
 */
final class InboundThrottle {
  /** Bounds the memory; when full the oldest address is forgiven. */
  private static final int ADDRESSES_MAX = 16_384;

  private final long intervalNanos;

  /** When an address may come again; oldest first because the interval is constant. */
  private final Map<InetAddress, Long> freeAtNanos = new LinkedHashMap<>();

  InboundThrottle(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  /**
   * Whether a connection from there is welcome now; a refused attempt does not prolong the wait.
   */
  boolean admit(InetAddress address, long nowNanos) {
    if (isLocal(address)) {
      return true;
    }
    Iterator<Long> oldest = freeAtNanos.values().iterator();
    while (oldest.hasNext() && oldest.next() - nowNanos <= 0) {
      oldest.remove();
    }
    if (freeAtNanos.putIfAbsent(address, nowNanos + intervalNanos) != null) {
      return false;
    }
    if (freeAtNanos.size() > ADDRESSES_MAX) {
      Iterator<InetAddress> first = freeAtNanos.keySet().iterator();
      first.next();
      first.remove();
    }
    return true;
  }

  private static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || (address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc);
  }
}
