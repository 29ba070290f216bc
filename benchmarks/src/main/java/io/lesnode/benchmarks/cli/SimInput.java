package io.lesnode.benchmarks.cli;

import io.lesnode.app.config.ConfigException;
import io.lesnode.app.config.NearestName;
import io.lesnode.benchmarks.sim.lab.ScenarioLibrary;
import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say which scenario is run and how it differs from its file. */
final class SimInput {
  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The seed of every random draw (default: the scenario's).")
  @Nullable String seed;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "Replace a value, for example server.serve=100%% (may be repeated).")
  List<String> settings = new ArrayList<>();

  /** A file, or one of the library, with its values replaced. */
  ScenarioFile open(String source) {
    List<String> all = new ArrayList<>(settings);
    if (seed != null) {
      all.add("seed=" + seed);
    }
    return explained(() -> find(source).with(all));
  }

  private static ScenarioFile find(String source) {
    Path file = Path.of(source);
    if (Files.exists(file) || source.endsWith(".yaml") || source.contains("/")) {
      return ScenarioFile.read(file);
    }
    return ScenarioLibrary.find(source)
        .orElseThrow(
            () ->
                new ScenarioException(
                    source
                        + ": there is neither such a file nor such a scenario in the library"
                        + NearestName.of(source, ScenarioLibrary.names())
                            .map(name -> "; did you mean " + name + "?")
                            .orElse(" ('les sim list' shows all)")));
  }

  /** Puts a wrong scenario as one line, exit code 2. */
  static <T> T explained(Supplier<T> work) {
    try {
      return work.get();
    } catch (ScenarioException wrong) {
      throw new ConfigException(wrong.text());
    }
  }
}
