package io.lesnode.benchmarks.sim.engine;

import java.util.SplittableRandom;

/**
 * A stream of random draws with a name, so that one more client leaves the draws of all others as
 * they were. The same seed and name give the same draws on every machine. Not thread-safe.
 */
public final class Draws {

  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final double TO_UNIT = 0x1.0p-53;

  private final SplittableRandom random;

  private Draws(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * The stream of a name.
   *
   * @param seed of the run
   * @param name of what draws
   * @param number among those of this name
   */
  public static Draws of(long seed, String name, long number) {
    return new Draws(key(seed, name, number));
  }

  /** A number that depends on all three arguments. */
  static long key(long seed, String name, long number) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return mix(mix(seed + mix(hash)) + number);
  }

  /** David Stafford's thirteenth variant of the finalizer of MurmurHash3. */
  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to below 1, from 64 random bits. */
  static double unit(long bits) {
    return (bits >>> 11) * TO_UNIT;
  }

  /** From 0 to below 1. */
  public double unit() {
    return unit(random.nextLong());
  }

  /** From 0 to below a bound, which is more than zero. */
  public long below(long bound) {
    return random.nextLong(bound);
  }

  /** From the lesser to the greater bound, both included. */
  public long between(long least, long most) {
    return least == most ? least : random.nextLong(least, most + 1);
  }

  /** Exponentially distributed, at least 1. */
  public long exponential(long mean) {
    return Math.max(1, (long) (-StrictMath.log(1 - unit()) * (double) mean));
  }

  /** Normally distributed with mean 0 and deviation 1. */
  public double gaussian() {
    return gaussian(random.nextLong(), random.nextLong());
  }

  /** A normally distributed number made of random bits (Box and Muller). */
  public static double gaussian(long bits, long moreBits) {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - unit(bits)));
    return radius * StrictMath.cos(2 * Math.PI * unit(moreBits));
  }

  /** A generator of its own for code that wants one. */
  public SplittableRandom split() {
    return random.split();
  }
}
