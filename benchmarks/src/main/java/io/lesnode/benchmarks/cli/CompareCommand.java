package io.lesnode.benchmarks.cli;

import io.lesnode.app.cli.Logging;
import io.lesnode.benchmarks.compare.CompareRun;
import io.lesnode.benchmarks.compare.CompareSettings;
import io.lesnode.benchmarks.compare.RequestCase;
import io.lesnode.benchmarks.compare.Series;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code les bench compare}: ours beside geth's. */
@Command(
    name = "compare",
    description = {
      "Compare our server, import and light client with geth's, on one chain, in one run.",
      "Both run on this machine in turn; the comparable figure is processor time per request."
    })
final class CompareCommand implements Callable<Integer> {
  private static final int WARNINGS = 2;
  private static final long QUICK_BLOCKS = 4_096;
  private static final long FULL_BLOCKS = 36_000;
  private static final long MOST_BLOCKS = 200_000;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--geth",
      paramLabel = "PATH",
      description =
          "The geth executable, 1.9.25 to 1.13.5 (default: that of the environment variable GETH).")
  @Nullable Path geth;

  @Option(
      names = "--chain",
      paramLabel = "DIR",
      description =
          "Folder with genesis.json and chain.rlp to compare on (default: a chain made here).")
  @Nullable Path chain;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description =
          "Blocks of the chain made here; proofs of the canonical hash trie need 34816"
              + " (default: 36000, 4096 with --quick).")
  @Nullable Long blocks;

  @Option(
      names = "--series",
      paramLabel = "NAMES",
      split = ",",
      description =
          "What to compare: import, raw, open, free, handshake, idle, sync (default: all).")
  List<String> series = new ArrayList<>();

  @Option(
      names = "--only",
      paramLabel = "KINDS",
      split = ",",
      description =
          "Requests to compare: headers, bodies, receipts, code, proofs, storage, txstatus, cht,"
              + " bloom (default: all).")
  List<String> only = new ArrayList<>();

  @Option(
      names = "--quick",
      description = "One short round of each, about three minutes instead of twenty.")
  boolean quick;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for results and, while it runs, for chains (default: ${DEFAULT-VALUE}).",
      defaultValue = "bench-compare")
  Path out = Path.of("bench-compare");

  @Option(names = "--keep", description = "Keep the chains and logs of both programs.")
  boolean keep;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Also write the table as Markdown.")
  @Nullable Path markdown;

  @Option(
      names = "--java-opts",
      paramLabel = "OPTIONS",
      description = "More options of Java for our server and import, separated by spaces.",
      defaultValue = "")
  String javaOptions = "";

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Seed of keys and choices of the load clients (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  long seed;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    long count = blocks == null ? (quick ? QUICK_BLOCKS : FULL_BLOCKS) : blocks;
    if (count < 256 || count > MOST_BLOCKS) {
      throw new ParameterException(
          spec.commandLine(), "--blocks " + count + " is not between 256 and " + MOST_BLOCKS);
    }
    if (chain != null && blocks != null) {
      throw new ParameterException(
          spec.commandLine(), "--blocks is for the chain made here; it cannot go with --chain");
    }
    CompareSettings settings =
        new CompareSettings(
            Optional.ofNullable(geth),
            Optional.ofNullable(chain),
            count,
            out,
            series(),
            kinds(),
            quick,
            keep,
            Optional.ofNullable(markdown),
            Arrays.stream(javaOptions.split(" ")).filter(word -> !word.isEmpty()).toList(),
            seed);
    Logging.start(WARNINGS);
    new CompareRun(settings, spec.commandLine().getOut()).run(System.getenv());
    return 0;
  }

  private Set<Series> series() {
    return series.isEmpty()
        ? EnumSet.allOf(Series.class)
        : named("--series", series, Series.values(), Series::word);
  }

  private Set<RequestCase> kinds() {
    return only.isEmpty()
        ? Set.of()
        : named("--only", only, RequestCase.values(), RequestCase::kind);
  }

  private <T> Set<T> named(String flag, List<String> words, T[] all, Function<T, String> name) {
    Set<T> found = new LinkedHashSet<>();
    for (String word : words) {
      List<T> matching =
          Arrays.stream(all).filter(one -> name.apply(one).equals(word.strip())).toList();
      if (matching.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            flag
                + " "
                + word
                + " is none of "
                + Arrays.stream(all).map(name).distinct().collect(Collectors.joining(", ")));
      }
      found.addAll(matching);
    }
    return found;
  }
}
