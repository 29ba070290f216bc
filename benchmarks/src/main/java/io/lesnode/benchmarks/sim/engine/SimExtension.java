package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.benchmarks.sim.scenario.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * What a scenario has besides LES, for example a seller and buyers: one object for each run, called
 * on its thread.
 */
public interface SimExtension {

  /** Makes the extension of a run. */
  @FunctionalInterface
  interface Factory {
    /** The extension, if the scenario needs it. */
    Optional<SimExtension> create(Scenario scenario);
  }

  /** The server stands, no client is there yet. */
  void onStart(SimWorld world);

  /** The behaviour of a client whose strategy pays. */
  ClientBehaviour behaviour(SimClient client, Strategy.Paying strategy);

  /** A point of the series is taken. */
  default void onSample() {}

  /** What was counted so far does not count. */
  default void onWarm() {}

  /**
   * The run is over.
   *
   * @throws IllegalStateException if something was lost or made that may not be
   */
  default void onEnd() {}

  /** Series of its own, after {@link #onEnd}. */
  default List<Series> series() {
    return List.of();
  }

  /** Figures of its own, after {@link #onEnd}. */
  default List<Figure> figures() {
    return List.of();
  }
}
