package io.lesnode.app.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Flags that every command has. */
public final class LogFlags {
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

  /** How log lines look. */
  enum Format {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Takes the two names and says them when given another. */
  static final class FormatConverter implements ITypeConverter<Format> {
    @Override
    public Format convert(String text) {
      for (Format format : Format.values()) {
        if (format.toString().equals(text)) {
          return format;
        }
      }
      throw new TypeConversionException("'" + text + "' is neither text nor json");
    }
  }

  @Option(
      names = "--log.format",
      paramLabel = "FORMAT",
      converter = FormatConverter.class,
      description =
          "Log lines for people, 'text', or for programs, 'json', one object a line"
              + " (default: ${DEFAULT-VALUE}).",
      defaultValue = "text")
  Format format = Format.TEXT;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
