package io.lesnode.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program: only its commands do something. */
@Command(
    name = "les",
    versionProvider = Versions.class,
    description = {"A light Ethereum server and client in one program.", ""},
    footer = {
      "",
      "To measure: les bench (JMH, a load generator, a comparison with geth), les sim (a simulator).",
      "",
      "'les COMMAND --help' explains every flag. Start with 'les demo'."
    },
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      InitCommand.class,
      AccountCommand.class,
      ServerCommand.class,
      LightCommand.class,
      PoolCommand.class,
      ClientsCommand.class,
      BalanceCommand.class,
      CapacityCommand.class,
      VipCommand.class,
      BenchmarkServerCommand.class,
      DumpConfigCommand.class,
      VersionCommand.class,
      HelpCommand.class
    })
final class LesCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing, for instance: les demo");
  }
}
