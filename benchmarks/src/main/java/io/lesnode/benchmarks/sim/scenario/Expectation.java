package io.lesnode.benchmarks.sim.scenario;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a figure of a result must be; immutable.
 *
 * @param group of the figure, empty: the server
 * @param key of the figure
 * @param least at least, if bounded below
 * @param most at most, if bounded above
 */
public record Expectation(
    String group, String key, Optional<BigDecimal> least, Optional<BigDecimal> most) {

  /** Brings the bounds into one form and checks their order. */
  public Expectation {
    least = least.map(bound -> new BigDecimal(Quantities.plain(bound)));
    most = most.map(bound -> new BigDecimal(Quantities.plain(bound)));
    if (least.isEmpty() && most.isEmpty()) {
      throw new IllegalArgumentException("an expectation has a bound: least, most or both");
    }
    if (least.isPresent() && most.isPresent() && least.get().compareTo(most.get()) > 0) {
      throw new IllegalArgumentException("the lesser bound is more than the greater");
    }
  }

  /** Whether a value is within the bounds. */
  public boolean holds(BigDecimal value) {
    return (least.isEmpty() || value.compareTo(least.get()) >= 0)
        && (most.isEmpty() || value.compareTo(most.get()) <= 0);
  }

  /** The figure's full name. */
  public String name() {
    return group.isEmpty() ? key : group + "/" + key;
  }

  /** For instance {@code 0.98 … 1.02}, {@code at least 3}. */
  public String bounds() {
    if (least.isEmpty()) {
      return "at most " + most.orElseThrow().toPlainString();
    }
    return most.map(m -> least.get().toPlainString() + " … " + m.toPlainString())
        .orElseGet(() -> "at least " + least.get().toPlainString());
  }
}
