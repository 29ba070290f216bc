package io.lesnode.benchmarks.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les bench}: only its commands do something. */
@Command(
    name = "bench",
    description = "Benchmarks: of the code, of any LES server, of ours beside geth's.",
    subcommands = {JmhCommand.class, BenchLoadCommand.class, CompareCommand.class})
final class BenchCommand implements Runnable {
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
