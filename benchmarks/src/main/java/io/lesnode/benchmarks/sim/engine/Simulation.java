package io.lesnode.benchmarks.sim.engine;

import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Runs scenarios on virtual time with the real server; see {@link SimEngine}. Immutable: runs share
 * nothing and may go on side by side.
 *
 * <p>In every run it is checked that what an obedient client believes to have is never more than
 * what the server counts, that reported buffer values lie within the buffer, that every admitted
 * request is settled exactly once, and that no token is made. A breach ends the run.
 */
public final class Simulation implements SimEngine {

  private static final int EVENTS_AT_ONCE = 20_000;
  private static final long PROGRESS_NANOS = 200_000_000;

  /** After so long without new requests nothing can be under way any more. */
  private static final long DRAIN_NANOS = 120_000_000_000L;

  private final SimExtension.Factory extensions;

  /** For scenarios without money. */
  public Simulation() {
    this(scenario -> Optional.empty());
  }

  /** With what the factory adds. */
  public Simulation(SimExtension.Factory extensions) {
    this.extensions = extensions;
  }

  @Override
  public SimResult run(Scenario scenario, Progress progress) {
    SimWorld world = new SimWorld(scenario, extensions.create(scenario));
    world.start();
    Recorder recorder = new Recorder(world);
    recorder.start();
    runTo(world, scenario.durationNanos(), progress);
    recorder.integrate();
    world.clients().forEach(client -> client.record().advance(scenario.durationNanos()));
    SimResult result = result(world, recorder);
    world.end();
    runTo(world, scenario.durationNanos() + DRAIN_NANOS, Progress.NONE);
    world.checkSettled();
    return result;
  }

  private static SimResult result(SimWorld world, Recorder recorder) {
    Scenario scenario = world.scenario();
    Summary summary = new Summary(world, recorder);
    List<Series> series = new ArrayList<>(recorder.series());
    List<Figure> figures = new ArrayList<>(summary.figures());
    world
        .extension()
        .ifPresent(
            extension -> {
              extension.onEnd();
              series.addAll(extension.series());
              figures.addAll(extension.figures());
            });
    return new SimResult(
        scenario.name(),
        scenario.seed(),
        world.loop().events(),
        series,
        figures,
        summary.latencies());
  }

  /** The wall clock decides only when the progress is told. */
  private static void runTo(SimWorld world, long endNanos, Progress progress) {
    VirtualLoop loop = world.loop();
    long toldNanos = System.nanoTime();
    while (!loop.runTo(endNanos, EVENTS_AT_ONCE)) {
      if (loop.events() > Scenario.MAX_EVENTS) {
        throw world.broken(
            null, "more than " + Scenario.MAX_EVENTS + " events; simulate less time or clients");
      }
      if (System.nanoTime() - toldNanos >= PROGRESS_NANOS) {
        toldNanos = System.nanoTime();
        if (!progress.onProgress(loop.nowNanos(), loop.events())) {
          throw new CancellationException("the run was given up");
        }
      }
    }
  }
}
