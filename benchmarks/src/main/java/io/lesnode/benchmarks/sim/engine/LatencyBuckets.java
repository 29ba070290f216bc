package io.lesnode.benchmarks.sim.engine;

import java.util.Arrays;

/**
 * How long things took, counted in buckets that are one part in 128 wide: whole numbers only, so
 * that every machine counts alike. Not thread-safe.
 */
final class LatencyBuckets {

  private static final int SUB_BITS = 7;

  private final long[] counts = new long[(Long.SIZE - SUB_BITS) << SUB_BITS];
  private int lowest = Integer.MAX_VALUE;
  private int highest = -1;
  private long count;
  private long most;

  void add(long nanos) {
    int bucket = bucket(nanos);
    counts[bucket]++;
    count++;
    most = Math.max(most, nanos);
    lowest = Math.min(lowest, bucket);
    highest = Math.max(highest, bucket);
  }

  void addAll(LatencyBuckets other) {
    for (int bucket = other.lowest; bucket <= other.highest; bucket++) {
      counts[bucket] += other.counts[bucket];
    }
    count += other.count;
    most = Math.max(most, other.most);
    lowest = Math.min(lowest, other.lowest);
    highest = Math.max(highest, other.highest);
  }

  void clear() {
    if (highest >= 0) {
      Arrays.fill(counts, lowest, highest + 1, 0);
    }
    count = 0;
    most = 0;
    lowest = Integer.MAX_VALUE;
    highest = -1;
  }

  long count() {
    return count;
  }

  /** The longest; 0 if there is none. */
  long most() {
    return most;
  }

  /**
   * What so many took at most: the upper end of their bucket, no more than the longest.
   *
   * @param perMillion of all, 0 to 1,000,000
   */
  long quantile(long perMillion) {
    if (count == 0) {
      return 0;
    }
    long rank = Math.max(1, Math.ceilDiv(Math.multiplyExact(count, perMillion), 1_000_000L));
    long below = 0;
    for (int bucket = lowest; bucket <= highest; bucket++) {
      below += counts[bucket];
      if (below >= rank) {
        return Math.min(most, upperEnd(bucket));
      }
    }
    return most;
  }

  private static int bucket(long nanos) {
    long value = Math.max(0, nanos);
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(value) - SUB_BITS - 1);
    return (shift << SUB_BITS) + (int) (value >>> shift);
  }

  private static long upperEnd(int bucket) {
    int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
    long low = (long) (bucket - (shift << SUB_BITS)) << shift;
    return low + (1L << shift) - 1;
  }
}
