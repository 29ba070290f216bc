package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.NetworkSpec;

/**
 * One direction of a TCP connection: latency, jitter, bandwidth, and losses that delay what was
 * lost and everything behind it. Nothing is missing and nothing overtakes in the end. Not
 * thread-safe.
 */
final class Wire {

  private static final int SEGMENT_BYTES = 1_448;
  private static final int MILLION = 1_000_000;
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** A segment that is lost so often in a row arrives anyhow. */
  private static final int MOST_LOSSES = 8;

  private final NetworkSpec network;
  private final long bytesPerSecond;
  private final Draws draws;
  private long sentNanos;
  private long arrivedNanos;

  /**
   * A quiet one.
   *
   * @param bytesPerSecond 0: no limit
   */
  Wire(NetworkSpec network, long bytesPerSecond, Draws draws) {
    this.network = network;
    this.bytesPerSecond = bytesPerSecond;
    this.draws = draws;
  }

  /** When a message arrives that is sent now. */
  long send(int sizeBytes, long nowNanos) {
    sentNanos = Math.max(nowNanos, sentNanos);
    if (bytesPerSecond > 0) {
      sentNanos += sizeBytes * SECOND_NANOS / bytesPerSecond;
    }
    long jitter = network.jitterNanos();
    long arrival = sentNanos + network.latencyNanos() + (jitter == 0 ? 0 : draws.below(jitter + 1));
    if (network.lossPpm() > 0) {
      arrival += lossNanos(sizeBytes);
    }
    arrivedNanos = Math.max(arrivedNanos, arrival);
    return arrivedNanos;
  }

  /** How much longer the worst segment takes because it is lost on the way. */
  private long lossNanos(int sizeBytes) {
    int worst = 0;
    for (int left = sizeBytes; left >= 0; left -= SEGMENT_BYTES) {
      int losses = 0;
      while (losses < MOST_LOSSES && draws.below(MILLION) < network.lossPpm()) {
        losses++;
      }
      worst = Math.max(worst, losses);
    }
    return worst == 0 ? 0 : network.retransmitNanos() * ((1L << worst) - 1); // TCP backs off
  }

  /** How long what was sent takes to leave, at the bandwidth there is. */
  long queuedNanos(long nowNanos) {
    return Math.max(0, sentNanos - nowNanos);
  }

  long bytesPerSecond() {
    return bytesPerSecond;
  }
}
