package io.lesnode.les.client;

import java.util.concurrent.TimeUnit;

/**
 * Counts small faults and forgets one per hour, as geth does for bad replies: more than 50 end the
 * connection. Confined to the client loop.
 */
final class FaultCounter {
  private static final int LIMIT = 50;
  private static final long FORGET_NANOS = TimeUnit.HOURS.toNanos(1);

  private double count;
  private long lastNanos;

  FaultCounter(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Counts one fault; true if there are too many now. */
  boolean isOverAfterOneMore(long nowNanos) {
    double forgotten = (double) (nowNanos - lastNanos) / FORGET_NANOS;
    count = Math.max(0, count - forgotten) + 1;
    lastNanos = nowNanos;
    return count > LIMIT;
  }
}
