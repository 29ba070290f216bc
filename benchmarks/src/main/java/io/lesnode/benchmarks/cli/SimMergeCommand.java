package io.lesnode.benchmarks.cli;

import io.lesnode.benchmarks.sim.lab.SweepMerge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les sim merge}: shards become the sweep. */
@Command(
    name = "merge",
    description = "Put the shards of a sweep together: the files are those of a sweep run in one.")
final class SimMergeCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders that shards wrote.")
  List<Path> folders = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the whole goes (default: ${DEFAULT-VALUE}).",
      defaultValue = "sim-results/merged")
  Path out = Path.of("sim-results", "merged");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    int points = SimInput.explained(() -> SweepMerge.merge(folders, out));
    spec.commandLine()
        .getOut()
        .println(points + " combinations; report: " + out.resolve("report.html"));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
