package io.lesnode.benchmarks.sim.vip;

import io.lesnode.benchmarks.sim.engine.Draws;
import io.lesnode.benchmarks.sim.scenario.Capacity;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import io.lesnode.vipnode.wire.OfferTerms;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.SplittableRandom;

/** What clients draw once; the same on every machine. */
final class Tastes {
  private static final BigInteger PERMILLE = BigInteger.valueOf(1_000);
  private static final BigInteger PPM = BigInteger.valueOf(1_000_000);

  private Tastes() {}

  /** What something is worth to a client, in wei. */
  static BigInteger value(Strategy.Value value, SplittableRandom random) {
    BigInteger median = value.medianWei().toUnsignedBigInteger();
    // both draws always, so that changing sigma changes nothing else
    double gaussian = Draws.gaussian(random.nextLong(), random.nextLong());
    if (value.sigmaPermille() == 0) {
      return median;
    }
    double factor = StrictMath.exp(gaussian * value.sigmaPermille() / 1000.0);
    return new BigDecimal(median)
        .multiply(new BigDecimal(factor))
        .setScale(0, RoundingMode.HALF_EVEN)
        .toBigInteger();
  }

  /** A number between the bounds of a capacity, whatever it counts. */
  static long wanted(Capacity capacity, SplittableRandom random) {
    long draw = random.nextLong();
    long width = capacity.most() - capacity.least() + 1;
    return capacity.least() + Long.remainderUnsigned(draw, width);
  }

  /** The capacity that is meant, where the server offers so much. */
  static long units(Capacity.Unit unit, long drawn, OfferTerms terms) {
    BigInteger number = BigInteger.valueOf(drawn);
    BigInteger units =
        switch (unit) {
          case UNITS -> number;
          case MINIMUM_PERMILLE ->
              number.multiply(BigInteger.valueOf(terms.minCapacity())).divide(PERMILLE);
          case TOTAL_PPM -> number.multiply(BigInteger.valueOf(terms.totalCapacity())).divide(PPM);
        };
    return Math.max(1, units.min(BigInteger.valueOf(Long.MAX_VALUE / 16)).longValue());
  }
}
