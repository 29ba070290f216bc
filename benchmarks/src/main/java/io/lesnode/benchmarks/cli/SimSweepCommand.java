package io.lesnode.benchmarks.cli;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.lab.Shard;
import io.lesnode.benchmarks.sim.lab.SweepRuns;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code les sim sweep}: every combination of some parameters. */
@Command(
    name = "sweep",
    description = {
      "Run every combination of the values under 'sweep:' in a scenario, on all processors.",
      "A sweep that was interrupted goes on where it ended; shards of it can run elsewhere."
    })
final class SimSweepCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SCENARIO",
      description = "A YAML file, or a name of the library ('les sim list').")
  String source = "";

  @Mixin SimInput input = new SimInput();
  @Mixin SimJobs jobs = new SimJobs();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      converter = ShardText.class,
      description = "Run only the I-th of N parts, to be merged (default: all).")
  Shard shard = Shard.ALL;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go (default: sim-results/NAME-sweep).")
  @Nullable Path out;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** {@code 1/4}. */
  static final class ShardText implements ITypeConverter<Shard> {
    @Override
    public Shard convert(String text) {
      try {
        return Shard.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public Integer call() {
    ScenarioFile file = input.open(source);
    Path folder = out != null ? out : Path.of("sim-results", file.name() + "-sweep");
    int threads = jobs.number(spec);
    SweepRuns.Outcome outcome =
        SimJobs.watched(
            spec,
            progress ->
                new SweepRuns(SimJobs.ENGINE.get(), progress, threads).run(file, shard, folder));
    PrintWriter to = spec.commandLine().getOut();
    to.println(
        outcome.points()
            + " combinations in "
            + folder
            + ", "
            + (outcome.points() - outcome.ran())
            + " of them from an earlier run");
    to.println(
        outcome.isWhole()
            ? "report: " + folder.resolve("report.html")
            : "other shards are missing here; put them together with: les sim merge DIR… --out DIR");
    to.flush();
    if (outcome.missed() > 0) {
      throw new NodeFailure(
          "expectations are missed",
          "in " + outcome.missed() + " of " + outcome.points() + " combinations",
          "The points in " + folder + " name them",
          null);
    }
    return 0;
  }
}
