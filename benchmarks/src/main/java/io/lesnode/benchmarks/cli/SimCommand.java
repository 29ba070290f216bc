package io.lesnode.benchmarks.cli;

import io.lesnode.app.config.ConfigException;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.lab.RunProgress;
import io.lesnode.benchmarks.sim.lab.SimRuns;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les sim}: runs scenarios; its commands do what is about them. */
@Command(
    name = "sim",
    description = {
      "Simulate a LES server and its clients on virtual time, with the server's own code.",
      "The same scenario and seed give the same bytes on every machine."
    },
    subcommands = {
      SimListCommand.class,
      SimShowCommand.class,
      SimSchemaCommand.class,
      SimSweepCommand.class,
      SimMergeCommand.class,
      SimReplayCommand.class
    })
final class SimCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "A YAML file, or a name of the library ('les sim list').")
  List<String> sources = new ArrayList<>();

  @Mixin SimInput input = new SimInput();
  @Mixin SimJobs jobs = new SimJobs();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where series.csv, summary.json, scenario.yaml and report.html go"
              + " (default: sim-results/NAME-SEED).")
  @Nullable Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    if (sources.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "a scenario is missing; name a YAML file or one of the library: les sim list");
    }
    if (sources.size() > 1 && out != null) {
      throw new ParameterException(
          spec.commandLine(), "--out is for one scenario; several go to sim-results/NAME-SEED");
    }
    List<Scenario> scenarios = SimInput.explained(this::scenarios);
    int threads = jobs.number(spec);
    List<SimRuns.Done> all = SimJobs.watched(spec, progress -> run(scenarios, threads, progress));
    List<String> missed = new ArrayList<>();
    for (SimRuns.Done done : all) {
      Path folder = folder(done.scenario());
      done.write(folder);
      print(done, folder);
      done.missed().forEach(line -> missed.add(done.scenario().name() + ": " + line));
    }
    if (!missed.isEmpty()) {
      throw new NodeFailure(
          missed.size()
              + (missed.size() == 1 ? " expectation is" : " expectations are")
              + " missed",
          missed.getFirst(),
          "The reports show all",
          null);
    }
    return 0;
  }

  private List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    for (String source : sources) {
      ScenarioFile file = input.open(source);
      if (file.sweep().isPresent()) {
        throw new ConfigException(source + " has a 'sweep:'; run it with: les sim sweep " + source);
      }
      scenarios.add(file.scenario());
    }
    return scenarios;
  }

  private Path folder(Scenario scenario) {
    return out != null ? out : Path.of("sim-results", scenario.name() + "-" + scenario.seed());
  }

  private static List<SimRuns.Done> run(
      List<Scenario> scenarios, int threads, RunProgress progress) {
    SimRuns runs = new SimRuns(SimJobs.ENGINE.get(), progress);
    if (scenarios.size() == 1) {
      return List.of(runs.run(scenarios.getFirst()));
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, scenarios.size()))) {
      List<Future<SimRuns.Done>> futures = new ArrayList<>();
      scenarios.forEach(scenario -> futures.add(pool.submit(() -> runs.run(scenario))));
      List<SimRuns.Done> all = new ArrayList<>();
      for (Future<SimRuns.Done> future : futures) {
        all.add(result(future, progress));
      }
      return all;
    }
  }

  private static SimRuns.Done result(Future<SimRuns.Done> future, RunProgress progress) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      progress.cancel();
      Thread.currentThread().interrupt();
      throw new NodeFailure("the simulations were given up", "interrupted", "", e);
    } catch (ExecutionException e) {
      progress.cancel();
      if (e.getCause() instanceof NodeFailure told) {
        throw told;
      }
      throw new NodeFailure("a simulation failed", String.valueOf(e.getCause()), "", e);
    }
  }

  private void print(SimRuns.Done done, Path folder) {
    PrintWriter to = spec.commandLine().getOut();
    Scenario scenario = done.scenario();
    to.println(scenario.name() + ", seed " + scenario.seed());
    done.lines().forEach(line -> to.println("  " + line));
    List<String> missed = done.missed();
    missed.forEach(line -> to.println("  ✗ " + line));
    if (done.expected() > 0) {
      to.println(
          "  "
              + (done.expected() - missed.size())
              + " of "
              + done.expected()
              + " expectations hold");
    }
    to.println("  report: " + folder.resolve("report.html"));
    to.flush();
  }
}
