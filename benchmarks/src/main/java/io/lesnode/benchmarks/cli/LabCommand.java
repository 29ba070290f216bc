package io.lesnode.benchmarks.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program as far as it measures: only its commands do something. */
@Command(
    name = "les",
    description = "Measure light Ethereum servers and clients.",
    subcommands = {BenchCommand.class, SimCommand.class})
public final class LabCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for instance: les bench jmh");
  }
}
