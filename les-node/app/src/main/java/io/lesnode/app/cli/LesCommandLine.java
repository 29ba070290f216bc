package io.lesnode.app.cli;

import io.lesnode.app.config.ConfigException;
import io.lesnode.app.config.NearestName;
import io.lesnode.app.config.TomlFile;
import io.lesnode.app.node.NodeFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line and runs its command. Exit codes: 0 done, 1 something outside failed, 2 the
 * command line or the config file is wrong.
 */
public final class LesCommandLine {
  /** Exit code of a failed run. */
  public static final int FAILED = 1;

  /** Exit code of a wrong command line or config file. */
  public static final int WRONG_USAGE = 2;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Supplier<Object> root;

  /** Commands print results to {@code out}, and what went wrong to {@code err}. */
  public LesCommandLine(PrintWriter out, PrintWriter err) {
    this(out, err, LesCommand::new);
  }

  /**
   * The same manners for other commands, those that measure.
   *
   * @param root makes the picocli command whose sub-commands they are
   */
  public LesCommandLine(PrintWriter out, PrintWriter err, Supplier<Object> root) {
    this.out = out;
    this.err = err;
    this.root = root;
  }

  /** Runs one command line and returns the exit code. */
  public int run(String... arguments) {
    CommandLine commands = commands();
    try {
      TomlFile file = configFile(arguments);
      file.requireKnown(flagNames(commands));
      setDefaults(commands, file);
      return commands.execute(arguments);
    } catch (ConfigException wrong) {
      err.println("les: " + wrong.text());
      err.flush();
      return WRONG_USAGE;
    }
  }

  private CommandLine commands() {
    CommandLine commands = new CommandLine(root.get());
    commands
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(false)
        .setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(false)
        .setParameterExceptionHandler((wrong, arguments) -> usageError(wrong))
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
    return commands;
  }

  /** Finds {@code --config FILE} before anything is parsed: it gives the defaults of the parse. */
  private static TomlFile configFile(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--config") && i + 1 < arguments.length) {
        return TomlFile.read(Path.of(arguments[i + 1]));
      }
      if (arguments[i].startsWith("--config=")) {
        return TomlFile.read(Path.of(arguments[i].substring("--config=".length())));
      }
    }
    return TomlFile.none();
  }

  /** The names that a config file may use: every flag of every command but the two special ones. */
  static Set<String> flagNames(CommandLine commands) {
    Set<String> names = new TreeSet<>();
    for (CommandLine command : commands.getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        names.add(name(option));
      }
      names.addAll(flagNames(command));
    }
    names.removeAll(Set.of("config", "help", "version"));
    return names;
  }

  static String name(OptionSpec option) {
    return option.longestName().replaceFirst("^--?", "");
  }

  private static void setDefaults(CommandLine commands, TomlFile file) {
    Map<String, String> values = file.values();
    for (CommandLine command : commands.getSubcommands().values()) {
      command.setDefaultValueProvider(
          argument -> argument instanceof OptionSpec option ? values.get(name(option)) : null);
      setDefaults(command, file);
    }
  }

  private int usageError(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String line;
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      line = unknown(command, unmatched.getUnmatched().get(0));
    } else if (wrong instanceof MissingParameterException missing) {
      line = firstLine(missing);
    } else {
      line = firstLine(wrong);
    }
    err.println(name + ": " + line + " (" + name + " --help explains every flag)");
    err.flush();
    return WRONG_USAGE;
  }

  private static String unknown(CommandLine command, String typed) {
    boolean flag = typed.startsWith("-");
    String word = flag && typed.contains("=") ? typed.substring(0, typed.indexOf('=')) : typed;
    List<String> valid = new ArrayList<>();
    if (flag) {
      command.getCommandSpec().options().forEach(o -> valid.addAll(List.of(o.names())));
    } else {
      valid.addAll(new LinkedHashSet<>(command.getSubcommands().keySet()));
    }
    Optional<String> nearest = NearestName.of(word, valid);
    String kind =
        flag ? "unknown flag " : valid.isEmpty() ? "unexpected argument " : "unknown command ";
    return kind + word + nearest.map(n -> "; did you mean " + n + "?").orElse("");
  }

  private static String firstLine(ParameterException wrong) {
    String message = wrong.getMessage();
    if (message == null) {
      return "the command line is wrong";
    }
    return message.lines().findFirst().orElse(message);
  }

  private int failed(Exception failure, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    if (failure instanceof ParameterException wrong) {
      return usageError(wrong);
    }
    if (failure instanceof ConfigException wrong) {
      err.println(name + ": " + wrong.text());
      err.flush();
      return WRONG_USAGE;
    }
    NodeFailure told = Failures.explain(failure);
    err.println(name + ": " + told.line());
    if (verbosity(command) >= 4) {
      failure.printStackTrace(err);
    }
    err.flush();
    return FAILED;
  }

  private static int verbosity(CommandLine command) {
    CommandLine.ParseResult parsed = command.getParseResult();
    return parsed == null ? 3 : parsed.matchedOptionValue("--verbosity", 3);
  }
}
