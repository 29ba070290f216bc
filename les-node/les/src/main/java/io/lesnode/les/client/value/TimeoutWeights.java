package io.lesnode.les.client.value;

/**
 * What an answer is worth by the time it took, given a timeout: a cosine that is 1 at once, 0 at
 * the timeout, −1 at twice the timeout and later. Immutable.
 */
public final class TimeoutWeights {
  private final double[] weights = new double[ResponseTimes.SIZE];

  private TimeoutWeights() {}

  /** The weights for a timeout in nanoseconds, above zero. */
  public static TimeoutWeights of(long timeoutNanos) {
    TimeoutWeights result = new TimeoutWeights();
    for (int i = 0; i < ResponseTimes.SIZE; i++) {
      long t = ResponseTimes.nanosAt(i);
      result.weights[i] =
          t < 2 * timeoutNanos ? StrictMath.cos(Math.PI / 2 * t / timeoutNanos) : -1;
    }
    return result;
  }

  double at(int index) {
    return weights[index];
  }
}
