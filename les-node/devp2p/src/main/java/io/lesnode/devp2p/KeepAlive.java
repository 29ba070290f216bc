package io.lesnode.devp2p;

import java.util.concurrent.TimeUnit;

/**
 * When a running connection is due for a Ping, and when it is dead. A value machine: time is an
 * argument. Confined to the event loop of its connection.
 */
final class KeepAlive {
  /** What to do now. */
  enum Verdict {
    NOTHING,
    PING,
    SILENT
  }

  private final long pingIntervalNanos;
  private final long readTimeoutNanos;
  private long lastMessageNanos;
  private long lastPingNanos;

  KeepAlive(P2pTimings timings, long nowNanos) {
    this.pingIntervalNanos = TimeUnit.MILLISECONDS.toNanos(timings.pingIntervalMillis());
    this.readTimeoutNanos = TimeUnit.MILLISECONDS.toNanos(timings.readTimeoutMillis());
    this.lastMessageNanos = nowNanos;
    this.lastPingNanos = nowNanos;
  }

  /** A complete message has come, or we read again after a pause of our own. */
  void onMessage(long nowNanos) {
    lastMessageNanos = nowNanos;
  }

  /**
   * Looks at the clock.
   *
   * @param paused true while we do not read; the silence is ours then
   */
  Verdict check(long nowNanos, boolean paused) {
    if (!paused && nowNanos - lastMessageNanos > readTimeoutNanos) {
      return Verdict.SILENT;
    }
    if (nowNanos - lastPingNanos >= pingIntervalNanos) {
      lastPingNanos = nowNanos;
      return Verdict.PING;
    }
    return Verdict.NOTHING;
  }
}
