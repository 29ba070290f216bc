package io.lesnode.les.client;

import io.lesnode.les.wire.LesLimits;
import java.util.concurrent.TimeUnit;

/**
 * How many bytes of key/value lists a server may still send in announcements: 100,000, regained at
 * one byte per 10 ms (geth {@code les/peer.go}, {@code allowedUpdateBytes}). Confined to the client
 * loop.
 */
final class UpdateAllowance {
  private static final long NANOS_PER_BYTE = TimeUnit.MILLISECONDS.toNanos(10);

  private long usedBytes;
  private long lastNanos;

  UpdateAllowance(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Takes the bytes of one list; false if the server sends too much. */
  boolean take(long sizeBytes, long nowNanos) {
    long regained = (nowNanos - lastNanos) / NANOS_PER_BYTE;
    lastNanos += regained * NANOS_PER_BYTE;
    usedBytes = Math.max(0, usedBytes - regained) + sizeBytes;
    return usedBytes <= LesLimits.MAX_KEY_VALUE_BYTES;
  }
}
