package io.lesnode.benchmarks.sim.scenario;

/**
 * The way between a client and the server; immutable. A lost segment is sent again as TCP does it:
 * what follows waits, nothing is missing in the end.
 *
 * @param latencyNanos one way
 * @param jitterNanos at most so much is added to it, uniformly distributed
 * @param lossPpm lost segments in a million
 * @param retransmitNanos how much later a lost segment arrives
 * @param upBytesPerSecond from the client, 0: no limit
 * @param downBytesPerSecond to the client, 0: no limit
 */
public record NetworkSpec(
    long latencyNanos,
    long jitterNanos,
    int lossPpm,
    long retransmitNanos,
    long upBytesPerSecond,
    long downBytesPerSecond) {

  private static final long MAX_NANOS = 60_000_000_000L;

  /** 20 ms one way, nothing lost. */
  public static final NetworkSpec DEFAULT =
      new NetworkSpec(20_000_000, 5_000_000, 0, 200_000_000, 0, 0);

  /** Checks ranges. */
  public NetworkSpec {
    if (!isTime(latencyNanos) || !isTime(jitterNanos) || !isTime(retransmitNanos)) {
      throw new IllegalArgumentException("times of a network are 0s to 60s");
    }
    if (lossPpm < 0 || lossPpm > 500_000) {
      throw new IllegalArgumentException("at most half of all segments are lost");
    }
    if (upBytesPerSecond < 0 || downBytesPerSecond < 0) {
      throw new IllegalArgumentException("a bandwidth cannot be negative");
    }
  }

  private static boolean isTime(long nanos) {
    return nanos >= 0 && nanos <= MAX_NANOS;
  }
}
