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

  /** Whether a connection from there is welcome now; every attempt is remembered. */
  boolean admit(InetAddress address, long nowNanos) {
    if (isLocal(address)) {
      return true;
    }
    freeAtNanos.values().removeIf(time -> time - nowNanos <= 0);
    boolean welcome = freeAtNanos.remove(address) == null;
    freeAtNanos.put(address, nowNanos + intervalNanos);
    if (freeAtNanos.size() > ADDRESSES_MAX) {
      Iterator<InetAddress> oldest = freeAtNanos.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    return welcome;
  }

  private static boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isSiteLocalAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || (address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc);
  }
}
