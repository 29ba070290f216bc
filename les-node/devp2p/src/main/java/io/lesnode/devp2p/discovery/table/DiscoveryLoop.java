package io.lesnode.devp2p.discovery.table;

import java.net.InetSocketAddress;
import org.apache.tuweni.bytes.Bytes;

/** Time and packets, as discovery sees them; a strict fake in tests. Confined to one thread. */
public interface DiscoveryLoop {
  /** The monotonic clock. */
  long nowNanos();

  /** The time of day, seconds since 1970: expiry stamps of packets. */
  long nowSeconds();

  /** Sends a datagram; it may be lost. */
  void send(InetSocketAddress to, Bytes packet);

  /**
   * Runs a task on the loop after a delay; the task itself checks whether it is still wanted. May
   * be called from any thread.
   */
  void after(long delayNanos, Runnable task);
}
