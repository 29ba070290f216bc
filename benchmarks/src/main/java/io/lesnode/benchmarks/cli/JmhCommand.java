package io.lesnode.benchmarks.cli;

import io.lesnode.app.cli.Logging;
import io.lesnode.benchmarks.jmh.JmhRun;
import io.lesnode.benchmarks.jmh.JmhSettings;
import io.lesnode.benchmarks.jmh.Suite;
import io.lesnode.benchmarks.jmh.UnknownBenchmarkException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les bench jmh}: the benchmarks of single operations. */
@Command(
    name = "jmh",
    description = {
      "Measure single operations with JMH: time and bytes allocated.",
      "A pattern is a regular expression found in the name, for instance 'keccak' or '^evm'."
    })
final class JmhCommand implements Callable<Integer> {
  private static final int WARNINGS = 2;
  private static final int MOST_FORKS = 100;
  private static final int MOST_ITERATIONS = 10_000;
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|min)");

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PATTERN",
      arity = "0..*",
      description = "Which benchmarks (default: all of them).")
  List<String> patterns = new ArrayList<>();

  @Option(names = "--list", description = "Print their names and parameters, run nothing.")
  boolean list;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "New virtual machines for each; 0 runs them in this one (default: 1).")
  @Nullable Integer forks;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Measured iterations (default: 5).")
  @Nullable Integer iterations;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Iterations before the measured ones (default: 3).")
  @Nullable Integer warmup;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description = "Length of an iteration with its unit: 500ms, 2s (default: 1s).")
  @Nullable String time;

  @Option(
      names = "--param",
      paramLabel = "NAME=VALUES",
      description = "Values of a parameter, separated by commas, instead of its own.")
  List<String> parameters = new ArrayList<>();

  @Option(
      names = "--profiler",
      paramLabel = "NAME",
      description = "A profiler of JMH beside that of allocation: stack, jfr, comp, cl …")
  List<String> profilers = new ArrayList<>();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write JMH's results; the machine goes to FILE with the ending .machine.json.")
  @Nullable Path json;

  @Option(names = "--html", paramLabel = "DIR", description = "Write a report.html with plots.")
  @Nullable Path html;

  @Option(names = "--verbose", description = "Show everything that JMH says.")
  boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    Suite suite = Suite.read();
    List<Suite.Entry> chosen = chosen(suite);
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      chosen.forEach(entry -> out.println(line(entry)));
      out.flush();
      return 0;
    }
    JmhSettings settings =
        new JmhSettings(
            chosen,
            within("--forks", forks, 0, MOST_FORKS),
            within("--iterations", iterations, 1, MOST_ITERATIONS),
            within("--warmup", warmup, 0, MOST_ITERATIONS),
            Optional.ofNullable(time).map(this::duration),
            parameters(chosen),
            profilers,
            Optional.ofNullable(json),
            Optional.ofNullable(html),
            verbose);
    Logging.start(WARNINGS);
    new JmhRun(settings, out, Boolean.getBoolean("les.terminal")).run(Instant.now());
    return 0;
  }

  private static String line(Suite.Entry entry) {
    StringBuilder line = new StringBuilder(entry.name());
    entry
        .parameters()
        .forEach((name, values) -> line.append("  ").append(name).append('=').append(values));
    return line.toString();
  }

  private List<Suite.Entry> chosen(Suite suite) {
    if (patterns.isEmpty()) {
      return suite.entries();
    }
    Set<Suite.Entry> chosen = new LinkedHashSet<>();
    for (String pattern : patterns) {
      try {
        chosen.addAll(suite.matching(pattern));
      } catch (UnknownBenchmarkException unknown) {
        throw wrong(String.valueOf(unknown.getMessage()));
      }
    }
    return List.copyOf(chosen);
  }

  private OptionalInt within(String flag, @Nullable Integer value, int least, int most) {
    if (value == null) {
      return OptionalInt.empty();
    }
    if (value < least || value > most) {
      throw wrong(flag + " " + value + " is not between " + least + " and " + most);
    }
    return OptionalInt.of(value);
  }

  private Duration duration(String text) {
    Matcher matcher = TIME.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            default -> Duration.ZERO;
          };
      if (!duration.isZero() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    throw wrong("--time '" + text + "' is not a time such as 500ms or 2s, up to 10min");
  }

  private Map<String, List<String>> parameters(List<Suite.Entry> chosen) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String text : parameters) {
      int equal = text.indexOf('=');
      if (equal < 1 || equal == text.length() - 1) {
        throw wrong("--param '" + text + "' is not NAME=VALUE,VALUE…");
      }
      String name = text.substring(0, equal);
      if (chosen.stream().noneMatch(entry -> entry.parameters().containsKey(name))) {
        throw wrong("--param " + name + ": none of the chosen benchmarks has that parameter");
      }
      values.put(name, List.of(text.substring(equal + 1).split(",", -1)));
    }
    return values;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
