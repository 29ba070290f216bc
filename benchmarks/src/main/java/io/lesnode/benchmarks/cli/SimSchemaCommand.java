package io.lesnode.benchmarks.cli;

import io.lesnode.benchmarks.sim.scenario.Schema;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les sim schema}: every field of a scenario. */
@Command(
    name = "schema",
    description = "Print every field of a scenario with unit, default and bounds.")
final class SimSchemaCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Schema.markdown().forEach(out::println);
    out.flush();
    return 0;
  }
}
