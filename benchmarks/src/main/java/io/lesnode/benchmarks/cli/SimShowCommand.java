package io.lesnode.benchmarks.cli;

import io.lesnode.app.config.ConfigException;
import io.lesnode.app.config.NearestName;
import io.lesnode.benchmarks.sim.lab.ScenarioLibrary;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les sim show}: the text of a scenario of the library. */
@Command(name = "show", description = "Print a scenario of the library with its comments.")
final class SimShowCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "One of 'les sim list'.")
  String name = "";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    String text =
        ScenarioLibrary.source(name)
            .orElseThrow(
                () ->
                    new ConfigException(
                        "'"
                            + name
                            + "' is not in the library"
                            + NearestName.of(name, ScenarioLibrary.names())
                                .map(nearest -> "; did you mean " + nearest + "?")
                                .orElse(" ('les sim list' shows all)")));
    spec.commandLine().getOut().print(text);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
