package io.lesnode.les.client.value;

import io.lesnode.flowcontrol.pool.ExpirationFactor;
import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.rlp.RLPWriter;

/**
 * How fast answers came, weighted by their value: a histogram of 32 buckets that expires with time.
 * Confined to its owner.
 *
 * <p>The scale is linear up to 50 ms and logarithmic from there to 10 s. An answer between two
 * bucket times is shared between both. Counts are scaled by 10^6 and, as all expiring values, by
 * the power of two of their exponent.
 *
 * <p>Reference: geth v1.10.26, les/vflux/client/timestats.go.
 */
public final class ResponseTimes {
  /** How many buckets there are. */
  public static final int SIZE = 32;

  private static final double MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final double WEIGHT_SCALE = 1_000_000;
  private static final double LOG_FACTOR = (SIZE - 1) / (StrictMath.log(MAX_NANOS / MIN_NANOS) + 1);

  private final long[] counts;
  private long exponent;

  /**
   * One point of a distribution.
   *
   * @param seconds response time
   * @param value service value that came with about that response time
   */
  public record Point(double seconds, double value) {}

  /** An empty histogram. */
  public ResponseTimes() {
    this(new long[SIZE], 0);
  }

  private ResponseTimes(long[] counts, long exponent) {
    this.counts = counts;
    this.exponent = exponent;
  }

  /** The place of a time on the scale, from 0 to 31. */
  static double scaleOf(long nanos) {
    if (nanos < 0) {
      return 0;
    }
    double r = nanos / MIN_NANOS;
    if (r > 1) {
      r = StrictMath.log(r) + 1;
    }
    return Math.min(SIZE - 1, r * LOG_FACTOR);
  }

  /** The time at a place of the scale. */
  static long nanosAt(double scale) {
    double r = scale / LOG_FACTOR;
    if (r > 1) {
      r = StrictMath.exp(r - 1);
    }
    return (long) (r * MIN_NANOS);
  }

  /** An independent copy. */
  public ResponseTimes copy() {
    return new ResponseTimes(counts.clone(), exponent);
  }

  /** Counts an answer of that value. */
  public void add(long responseNanos, double weight, ExpirationFactor now) {
    alignTo(now.exponent());
    double scaled = weight * now.factor() * WEIGHT_SCALE;
    double r = scaleOf(responseNanos);
    int i = (int) r;
    r -= i;
    counts[i] = Fixed.plus(counts[i], Fixed.counter(scaled * (1 - r)));
    if (i < SIZE - 1) {
      counts[i + 1] = Fixed.plus(counts[i + 1], Fixed.counter(scaled * r));
    }
  }

  /** Adds all of another histogram. */
  public void add(ResponseTimes other) {
    ResponseTimes aligned = alignedWith(other);
    for (int i = 0; i < SIZE; i++) {
      counts[i] = Fixed.plus(counts[i], aligned.counts[i]);
    }
  }

  /** Takes another histogram away; no bucket falls below zero. */
  public void subtract(ResponseTimes other) {
    ResponseTimes aligned = alignedWith(other);
    for (int i = 0; i < SIZE; i++) {
      counts[i] = Math.max(0, counts[i] - aligned.counts[i]);
    }
  }

  /** The service value under a timeout's weights; never below zero. */
  public double value(TimeoutWeights weights, ExpirationFactor now) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      sum += counts[i] * weights.at(i);
    }
    return sum < 0 ? 0 : now.value(sum, exponent) / WEIGHT_SCALE;
  }

  /**
   * A timeout that would have failed this share of the answers, in nanoseconds, at most 10 s.
   *
   * @param failRatio from 0 to 1
   */
  public long timeoutNanos(double failRatio) {
    long sum = 0;
    for (long count : counts) {
      sum = Fixed.plus(sum, count);
    }
    long left = Fixed.counter(sum * failRatio);
    int i = SIZE - 1;
    while (i > 0 && left >= counts[i]) {
      left -= counts[i];
      i--;
    }
    double r = i + 0.5;
    if (counts[i] > 0) {
      r -= (double) left / counts[i];
    }
    return Math.min(MAX_NANOS, nanosAt(Math.max(0, r)));
  }

  /** The histogram as 32 points, with a sum of 1 if normalized. */
  public List<Point> distribution(boolean normalized, ExpirationFactor now) {
    double multiplier = 0;
    if (normalized) {
      long sum = 0;
      for (long count : counts) {
        sum = Fixed.plus(sum, count);
      }
      multiplier = sum > 0 ? 1.0 / sum : 0;
    } else {
      multiplier = now.value(1 / WEIGHT_SCALE, exponent);
    }
    List<Point> points = new ArrayList<>(SIZE);
    for (int i = 0; i < SIZE; i++) {
      points.add(new Point(nanosAt(i) / 1e9, counts[i] * multiplier));
    }
    return points;
  }

  /** The counts, for tests. */
  long[] counts() {
    return counts.clone();
  }

  long exponent() {
    return exponent;
  }

  /** Writes [[32 counts], exponent]. */
  void writeTo(RLPWriter writer) {
    writer.writeList(
        outer -> {
          outer.writeList(
              list -> {
                for (long count : counts) {
                  list.writeLong(count);
                }
              });
          outer.writeLong(exponent);
        });
  }

  static ResponseTimes readFrom(RlpReader reader) {
    return reader.readList(
        outer -> {
          List<Long> read = outer.readListOf(SIZE, RlpReader::readLong);
          if (read.size() != SIZE) {
            throw new RlpException("a histogram of " + read.size() + " buckets");
          }
          return new ResponseTimes(
              read.stream().mapToLong(Long::longValue).toArray(), outer.readLong());
        });
  }

  /**
   * Brings both to one exponent, ours, and returns the other as it is to be added.
   *
   * <p>Differs from geth, which always takes the other's exponent and so overflows when the other
   * is very old (ResponseTimesTest.aVeryOldHistogramDoesNotOverflow).
   */
  private ResponseTimes alignedWith(ResponseTimes other) {
    if (canAlignTo(other.exponent)) {
      alignTo(other.exponent);
      return other;
    }
    ResponseTimes raised = other.copy();
    raised.alignTo(exponent);
    return raised;
  }

  private boolean canAlignTo(long next) {
    return next >= exponent
        || Arrays.stream(counts).allMatch(count -> Fixed.canShiftLeft(count, exponent - next));
  }

  private void alignTo(long next) {
    if (!canAlignTo(next)) {
      return; // time cannot go back that far; what is added counts for little less
    }
    for (int i = 0; i < SIZE; i++) {
      counts[i] =
          next >= exponent
              ? Fixed.shiftRight(counts[i], next - exponent)
              : Fixed.shiftLeft(counts[i], exponent - next);
    }
    exponent = next;
  }
}
