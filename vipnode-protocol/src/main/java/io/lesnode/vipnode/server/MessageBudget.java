package io.lesnode.vipnode.server;

import io.lesnode.vipnode.wire.VipCapability;

/**
 * How many messages a peer may send: 20 a second, 100 at once after silence. A value machine,
 * confined to the thread of its connection.
 */
public final class MessageBudget {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MESSAGE_NANOS = SECOND_NANOS / VipCapability.MESSAGES_PER_SECOND;
  private static final long FULL_NANOS = MESSAGE_NANOS * VipCapability.MESSAGE_BURST;

  /** What becomes of a message. */
  public enum Verdict {
    /** It is handled. */
    TAKEN,
    /** It is dropped, and the peer is told so. */
    REFUSED,
    /** It is dropped; the peer was told less than a second ago. */
    DROPPED
  }

  private long leftNanos = FULL_NANOS;
  private long lastNanos;
  private long toldNanos;
  private boolean told;

  /** A full budget. */
  public MessageBudget(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** A message has come. */
  public Verdict onMessage(long nowNanos) {
    leftNanos = Math.min(FULL_NANOS, leftNanos + Math.max(0, nowNanos - lastNanos));
    lastNanos = nowNanos;
    if (leftNanos >= MESSAGE_NANOS) {
      leftNanos -= MESSAGE_NANOS;
      return Verdict.TAKEN;
    }
    if (told && nowNanos - toldNanos < SECOND_NANOS) {
      return Verdict.DROPPED;
    }
    told = true;
    toldNanos = nowNanos;
    return Verdict.REFUSED;
  }
}
