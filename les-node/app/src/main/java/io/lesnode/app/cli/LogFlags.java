package io.lesnode.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Flags that every command has. */
final class LogFlags {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "TOML file with values for flags, written by 'les dumpconfig'; flags win over it.")
  @Nullable Path config;

  @Option(
      names = "--verbosity",
      paramLabel = "LEVEL",
      converter = Values.Verbosity.class,
      description =
          "Log detail: 0 silent, 1 error, 2 warn, 3 info, 4 debug with stack traces, 5 all"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "3")
  Integer verbosity = 3;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
