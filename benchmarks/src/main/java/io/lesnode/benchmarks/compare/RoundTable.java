package io.lesnode.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The rounds of both programs for one subject. Confined to one thread. */
final class RoundTable {
  private final List<LoadSample> ours = new ArrayList<>();
  private final List<LoadSample> geth = new ArrayList<>();

  /** Adds a round: of ours for place 0, of geth for place 1. */
  void add(int who, LoadSample sample) {
    (who == 0 ? ours : geth).add(sample);
  }

  Finding finding(
      Series series,
      String subject,
      String figure,
      String unit,
      ToDoubleFunction<LoadSample> value) {
    return Finding.of(series, subject, figure, unit, spread(ours, value), spread(geth, value));
  }

  private static Spread spread(List<LoadSample> samples, ToDoubleFunction<LoadSample> value) {
    return new Spread(samples.stream().map(value::applyAsDouble).toList());
  }

  long failures() {
    return sum(LoadSample::failures);
  }

  long freezes() {
    return sum(LoadSample::freezes);
  }

  long creditWaits() {
    return sum(LoadSample::creditWaits);
  }

  private long sum(ToDoubleFunction<LoadSample> value) {
    return (long) (ours.stream().mapToDouble(value).sum() + geth.stream().mapToDouble(value).sum());
  }
}
