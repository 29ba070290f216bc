package io.lesnode.benchmarks.sim.scenario;

/**
 * A capacity that a client is given or wants; immutable. Written {@code 80000} (units of cost a
 * millisecond), {@code 50000..150000} (each client draws), {@code 4x} (of the least capacity) or
 * {@code 5%} (of the server's total).
 *
 * @param unit what the bounds count
 * @param least the lower bound
 * @param most the upper bound; equal unless each client draws
 */
public record Capacity(Unit unit, long least, long most) {
  /** What a bound counts. */
  public enum Unit {
    /** Units of cost a millisecond. */
    UNITS,
    /** Thousandths of the least capacity. */
    MINIMUM_PERMILLE,
    /** Millionths of the total capacity. */
    TOTAL_PPM
  }

  /** The capacity that every admitted client has. */
  public static final Capacity LEAST = new Capacity(Unit.MINIMUM_PERMILLE, 1_000, 1_000);

  /** Checks the order. */
  public Capacity {
    if (least < 1 || most < least) {
      throw new IllegalArgumentException("a capacity is more than nothing, the lesser bound first");
    }
  }
}
