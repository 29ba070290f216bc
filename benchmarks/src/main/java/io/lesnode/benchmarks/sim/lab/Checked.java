package io.lesnode.benchmarks.sim.lab;

import io.lesnode.benchmarks.sim.scenario.Expectation;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.util.List;
import java.util.Optional;

/**
 * An expectation and what came of it; immutable.
 *
 * @param expectation what should be
 * @param figure what is, if the result has it
 */
record Checked(Expectation expectation, Optional<Figure> figure) {

  /** All expectations of a scenario. */
  static List<Checked> all(Scenario scenario, SimResult result) {
    return scenario.expectations().stream()
        .map(e -> new Checked(e, result.figure(e.group(), e.key())))
        .toList();
  }

  /** Whether there is such a figure and it is within the bounds. */
  boolean holds() {
    return figure.isPresent() && expectation.holds(figure.get().value());
  }

  /** For instance {@code utilisation is 0.91, expected 0.98 … 1.02}. */
  String sentence() {
    String is =
        figure.map(f -> "is " + ResultText.number(f.value())).orElse("is not in the result");
    return expectation.name() + " " + is + ", expected " + expectation.bounds();
  }
}
