package io.lesnode.benchmarks.sim.lab;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import io.lesnode.benchmarks.sim.scenario.Sweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Runs sweeps on several threads, one run on each. Every combination is written as soon as it is
 * done, so that a sweep that was interrupted goes on where it ended.
 */
public final class SweepRuns {
  private final SimEngine engine;
  private final RunProgress progress;
  private final int jobs;

  /**
   * Runs with an engine.
   *
   * @param jobs how many runs at once
   */
  public SweepRuns(SimEngine engine, RunProgress progress, int jobs) {
    this.engine = engine;
    this.progress = progress;
    this.jobs = jobs;
  }

  /**
   * What a sweep came to.
   *
   * @param points how many combinations the shard has
   * @param ran how many of them were run now; the others were there
   * @param missed in how many expectations were missed
   * @param isWhole whether all combinations of all shards are there, and so the report
   */
  public record Outcome(int points, int ran, int missed, boolean isWhole) {}

  private record Job(int index, List<String> values, Scenario scenario) {}

  /**
   * Runs a shard of a sweep.
   *
   * @throws ScenarioException if there is no sweep, or a combination of it cannot be used; nothing
   *     was run then
   * @throws NodeFailure if the folder is of another sweep or cannot be written to, or a run failed
   */
  public Outcome run(ScenarioFile file, Shard shard, Path out) {
    Sweep sweep = sweepOf(file);
    List<Job> jobsOfShard = new ArrayList<>();
    for (int i = 0; i < sweep.points(); i++) {
      Scenario scenario = file.at(sweep.point(i)).scenario();
      if (shard.has(i)) {
        jobsOfShard.add(new Job(i, List.copyOf(sweep.point(i).values()), scenario));
      }
    }
    SweepFolder folder = new SweepFolder(out);
    folder.begin(file);
    List<Job> open = new ArrayList<>();
    int missed = 0;
    for (Job job : jobsOfShard) {
      Optional<SweepPoint> before = folder.point(job.index(), job.values());
      if (before.isEmpty()) {
        open.add(job);
      } else if (!before.get().missed().isEmpty()) {
        missed++;
      }
    }
    missed += runAll(open, folder, jobsOfShard.size());
    return new Outcome(jobsOfShard.size(), open.size(), missed, finish(file, sweep, folder));
  }

  static Sweep sweepOf(ScenarioFile file) {
    return file.sweep()
        .orElseThrow(
            () ->
                new ScenarioException(
                    "there is no 'sweep:' in the scenario; 'les sim' runs it as it is"));
  }

  /** Writes the table and the report if every combination is there. */
  static boolean finish(ScenarioFile file, Sweep sweep, SweepFolder folder) {
    List<SweepPoint> points = new ArrayList<>();
    for (int i = 0; i < sweep.points(); i++) {
      Optional<SweepPoint> point = folder.point(i, List.copyOf(sweep.point(i).values()));
      if (point.isEmpty()) {
        return false;
      }
      points.add(point.get());
    }
    folder.finish(file, sweep, points);
    return true;
  }

  private int runAll(List<Job> open, SweepFolder folder, int all) {
    if (open.isEmpty()) {
      return 0;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(jobs, open.size()),
            Thread.ofPlatform().daemon().name("simulation-", 0).factory());
    try {
      CompletionService<SweepPoint> runs = new ExecutorCompletionService<>(threads);
      for (Job job : open) {
        runs.submit(() -> point(job));
      }
      int missed = 0;
      for (int i = 0; i < open.size(); i++) {
        SweepPoint point = next(runs);
        folder.write(point);
        missed += point.missed().isEmpty() ? 0 : 1;
        int done = all - open.size() + i + 1;
        boolean unused =
            progress.show(
                (double) (i + 1) / open.size(),
                String.format(Locale.ROOT, "%d of %d combinations", done, all));
      }
      return missed;
    } finally {
      progress.cancel();
      threads.shutdownNow();
    }
  }

  private SweepPoint point(Job job) {
    SimEngine.Progress told = (nowNanos, events) -> !progress.isCancelled();
    SimResult result = SimRuns.result(engine, job.scenario(), told);
    List<String> missed =
        Checked.all(job.scenario(), result).stream()
            .filter(check -> !check.holds())
            .map(Checked::sentence)
            .toList();
    return new SweepPoint(job.index(), job.values(), result.figures(), missed);
  }

  private static SweepPoint next(CompletionService<SweepPoint> runs) {
    @Nullable Throwable cause;
    try {
      Future<SweepPoint> done = runs.take();
      return done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cause = e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NodeFailure told) {
        throw told;
      }
      cause = e.getCause();
    }
    throw new NodeFailure(
        "a run of the sweep failed",
        String.valueOf(cause),
        "What was done is kept; run again to go on",
        cause);
  }
}
