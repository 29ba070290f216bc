package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.ServerSpec.Pauses;

/** Blocks that the server imports, with the effect that an import has; confined to the run. */
final class Imports {

  private final SimWorld world;
  private final Pauses pauses;
  private final Draws draws;

  Imports(SimWorld world, Pauses pauses) {
    this.world = world;
    this.pauses = pauses;
    this.draws = Draws.of(world.seed(), "imports", 0);
  }

  void start() {
    world.loop().at(distanceNanos(), this::begin);
  }

  private long distanceNanos() {
    return pauses.random() ? draws.exponential(pauses.everyNanos()) : pauses.everyNanos();
  }

  private void begin() {
    world.server().setImporting(true);
    long endNanos = world.nowNanos() + pauses.forNanos();
    // a block that comes during an import waits for its end
    long nextNanos = Math.max(endNanos + 1, world.nowNanos() + distanceNanos());
    world.loop().at(endNanos, () -> world.server().setImporting(false));
    world.loop().at(nextNanos, this::begin);
  }
}
