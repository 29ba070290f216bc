package io.lesnode.devp2p.discovery;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How many datagrams a second are looked at, of one address and of all: reading one costs a
 * signature check, sending one costs nothing. A value machine, confined to the discovery loop.
 */
final class PacketThrottle {
  static final int PER_SOURCE = 100;
  static final int TOTAL = 2000;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<InetAddress, Integer> counts = new HashMap<>();
  private long windowStartNanos;
  private int total;

  PacketThrottle(long nowNanos) {
    this.windowStartNanos = nowNanos;
  }

  boolean admits(InetAddress source, long nowNanos) {
    if (nowNanos - windowStartNanos >= WINDOW_NANOS) {
      windowStartNanos = nowNanos;
      total = 0;
      counts.clear();
    }
    return ++total <= TOTAL && counts.merge(source, 1, Integer::sum) <= PER_SOURCE;
  }
}
