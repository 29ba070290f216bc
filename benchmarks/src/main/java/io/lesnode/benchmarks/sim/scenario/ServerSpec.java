package io.lesnode.benchmarks.sim.scenario;

import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.pool.PriceFactors;
import java.util.Optional;

/**
 * The simulated server; immutable.
 *
 * @param servePercent how much of one thread serves clients, in percent; may exceed 100
 * @param maxClients most light clients at once
 * @param threads serving threads
 * @param ingressBytesPerSecond bandwidth that requests are priced by, 0: none
 * @param egressBytesPerSecond bandwidth that replies are priced by, 0: none
 * @param freeFloorPercent share that clients without a balance keep whoever pays
 * @param freeIpv4Bits how many leading bits of an IPv4 address name a client without a balance
 * @param promised average serving times that the promised costs are made from
 * @param real how long requests really take on average
 * @param spread how serving times are spread around their average
 * @param pauses when blocks are imported, if any are
 * @param bonus how much more than they were promised clients get
 * @param pool how clients are chosen
 */
public record ServerSpec(
    int servePercent,
    int maxClients,
    int threads,
    long ingressBytesPerSecond,
    long egressBytesPerSecond,
    int freeFloorPercent,
    int freeIpv4Bits,
    BaseCosts promised,
    BaseCosts real,
    Spread spread,
    Optional<Pauses> pauses,
    Bonus bonus,
    PoolSpec pool) {

  /** Checks ranges. */
  public ServerSpec {
    if (servePercent < 1 || servePercent > 10_000) {
      throw new IllegalArgumentException("serve is 1 % to 10,000 %, not " + servePercent + " %");
    }
    if (maxClients < 1 || maxClients > Scenario.MAX_CLIENTS) {
      throw new IllegalArgumentException(
          "clients is 1 to " + Scenario.MAX_CLIENTS + ", not " + maxClients);
    }
    if (threads < 1 || threads > 1_024) {
      throw new IllegalArgumentException("threads is 1 to 1,024, not " + threads);
    }
    if (ingressBytesPerSecond < 0 || egressBytesPerSecond < 0) {
      throw new IllegalArgumentException("a bandwidth cannot be negative");
    }
    if (freeFloorPercent < 0 || freeFloorPercent > 100) {
      throw new IllegalArgumentException("the floor is 0 % to 100 %");
    }
    if (freeIpv4Bits < 1 || freeIpv4Bits > 32) {
      throw new IllegalArgumentException("an address has 1 to 32 bits");
    }
  }

  /** How much more than they were promised clients get while no block is imported. */
  public enum Bonus {
    /** As geth serves: when a tenth of all that is promised is used, all there is is given. */
    TENTH,
    /** All there is, however few clients use it, as in geth's test of constant total capacity. */
    ALL,
    /** None. */
    NONE
  }

  /** How serving times are spread around their average, which none of these changes. */
  public sealed interface Spread {
    /** Every request takes the average. */
    record Exact() implements Spread {}

    /** Anything from nothing to twice the average, as geth's tests draw costs. */
    record Uniform() implements Spread {}

    /** As uniform, but what is charged takes no time, so that no request waits for another. */
    record AtOnce() implements Spread {}

    /**
     * Log-normal.
     *
     * @param sigmaPermille standard deviation of the logarithm in thousandths, 1 to 3,000
     */
    record LogNormal(int sigmaPermille) implements Spread {
      /** Checks the range. */
      public LogNormal {
        if (sigmaPermille < 1 || sigmaPermille > 3_000) {
          throw new IllegalArgumentException("sigma is 0.001 to 3");
        }
      }
    }
  }

  /**
   * Blocks are imported, and fewer threads serve meanwhile.
   *
   * @param everyNanos the average distance of two blocks
   * @param forNanos how long an import takes
   * @param random whether the distance is exponentially distributed, as with proof of work
   */
  public record Pauses(long everyNanos, long forNanos, boolean random) {
    /** Checks ranges. */
    public Pauses {
      if (everyNanos < 1_000_000 || forNanos < 1 || forNanos >= everyNanos) {
        throw new IllegalArgumentException(
            "blocks come every 1ms at least, and an import is shorter than their distance");
      }
    }
  }

  /**
   * How clients are chosen.
   *
   * @param connectedBiasNanos for how long an active client is favoured over an equal newcomer
   * @param positiveExpirySeconds in which tokens fall by the factor e, 0: they keep
   * @param negativeExpirySeconds the same for what was had for nothing, 0: never forgotten
   * @param positive what service costs those who have tokens
   * @param negative what it counts for those who have none
   */
  public record PoolSpec(
      long connectedBiasNanos,
      long positiveExpirySeconds,
      long negativeExpirySeconds,
      PriceFactors positive,
      PriceFactors negative) {

    /** What a server does unless told otherwise. */
    public static final PoolSpec DEFAULT =
        new PoolSpec(180_000_000_000L, 0, 3_600, PriceFactors.DEFAULT, PriceFactors.DEFAULT);

    /** Checks ranges. */
    public PoolSpec {
      if (connectedBiasNanos < 0 || positiveExpirySeconds < 0 || negativeExpirySeconds < 0) {
        throw new IllegalArgumentException("times of the pool cannot be negative");
      }
    }
  }
}
