package io.lesnode.les.server;

/**
 * When the next head may be announced: at once as long as heads are rare, ten times a second while
 * a chain is imported in bulk, where each client would be sent thousands of heads that are old
 * before they arrive. A token bucket of ten; confined to the node loop.
 *
 * <p>Differs from geth, which announces the last head of each batch that was imported
 * (HeadWatchTest.bulkImportIsAnnouncedTenTimesPerSecond).
 */
final class AnnouncementPace {

  private static final int BURST = 10;
  private static final long INTERVAL_NANOS = 100_000_000;

  /** When the bucket is, or was, full again. */
  private long fullNanos;

  AnnouncementPace(long nowNanos) {
    this.fullNanos = nowNanos;
  }

  /** How long the next announcement must wait. */
  long delayNanos(long nowNanos) {
    return Math.max(0, fullNanos - nowNanos - (BURST - 1) * INTERVAL_NANOS);
  }

  /** An announcement is being made. */
  void onAnnounced(long nowNanos) {
    fullNanos = Math.max(fullNanos, nowNanos) + INTERVAL_NANOS;
  }
}
