package io.lesnode.benchmarks.compare;

import java.util.Optional;

/**
 * One figure of both programs.
 *
 * @param series which part of the comparison
 * @param subject what was asked for, for instance {@code 192 headers}
 * @param figure what was measured, for instance {@code server CPU}
 * @param unit of the values
 * @param ours empty if ours was not measured or could not be
 * @param geth the same of geth
 * @param bar what is demanded of us, if anything
 */
record Finding(
    Series series,
    String subject,
    String figure,
    String unit,
    Optional<Spread> ours,
    Optional<Spread> geth,
    Optional<Bar> bar) {

  /** A figure of which nothing is demanded. */
  static Finding of(
      Series series, String subject, String figure, String unit, Spread ours, Spread geth) {
    return new Finding(
        series, subject, figure, unit, Optional.of(ours), Optional.of(geth), Optional.empty());
  }

  /** The same with a demand. */
  Finding with(Bar demanded) {
    return new Finding(series, subject, figure, unit, ours, geth, Optional.of(demanded));
  }

  /** Ours divided by geth's, of the medians; empty if there is no such number. */
  Optional<Double> ratio() {
    return ours.flatMap(
        mine ->
            geth.filter(theirs -> theirs.median() != 0)
                .map(theirs -> mine.median() / theirs.median()));
  }

  /** Whether the bar is met; empty if there is none, or not both values. */
  Optional<Boolean> isMet() {
    return bar.flatMap(
        demanded ->
            ours.flatMap(
                mine -> geth.map(theirs -> demanded.isMet(mine.median(), theirs.median()))));
  }
}
