package io.lesnode.flowcontrol.pool;

/**
 * A part of the pool: so many clients and so much capacity.
 *
 * @param count slots
 * @param capacity capacity units, as in the limits of the pool
 */
public record Share(long count, long capacity) {

  /** Nothing. */
  public static final Share NONE = new Share(0, 0);

  /** Shares are not negative. */
  public Share {
    if (count < 0 || capacity < 0) {
      throw new IllegalArgumentException(
          "A share of the pool must not be negative: " + count + " slots, capacity " + capacity);
    }
  }
}
