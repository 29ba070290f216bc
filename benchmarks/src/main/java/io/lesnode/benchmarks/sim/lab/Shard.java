package io.lesnode.benchmarks.sim.lab;

/**
 * A part of a sweep: every {@code of}-th combination; immutable.
 *
 * @param number from 1
 * @param of how many shards there are
 */
public record Shard(int number, int of) {
  /** The whole sweep. */
  public static final Shard ALL = new Shard(1, 1);

  private static final int MOST = 10_000;

  /** Checks ranges. */
  public Shard {
    if (of < 1 || of > MOST || number < 1 || number > of) {
      throw new IllegalArgumentException(
          "a shard is i/n with 1 <= i <= n <= " + MOST + ", not " + number + "/" + of);
    }
  }

  /**
   * Reads {@code i/n}.
   *
   * @throws IllegalArgumentException with one sentence
   */
  public static Shard parse(String text) {
    int slash = text.indexOf('/');
    try {
      return new Shard(
          Integer.parseInt(text.substring(0, Math.max(0, slash))),
          Integer.parseInt(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no shard such as 1/4", e);
    }
  }

  /** Whether a combination belongs to it. */
  boolean has(int index) {
    return index % of == number - 1;
  }
}
