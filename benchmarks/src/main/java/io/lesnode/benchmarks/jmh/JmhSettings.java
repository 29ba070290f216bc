package io.lesnode.benchmarks.jmh;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to run and where results go.
 *
 * @param benchmarks which; not empty
 * @param forks new virtual machines for each benchmark, 0 for this one; empty as annotated
 * @param iterations measured iterations; empty as annotated
 * @param warmup iterations before; empty as annotated
 * @param time of each iteration; empty as annotated
 * @param parameters values instead of the annotated ones
 * @param profilers of JMH beside that of allocation
 * @param json file for JMH's results, if wanted
 * @param html folder for a report, if wanted
 * @param verbose whether everything that JMH says is shown
 */
public record JmhSettings(
    List<Suite.Entry> benchmarks,
    OptionalInt forks,
    OptionalInt iterations,
    OptionalInt warmup,
    Optional<Duration> time,
    Map<String, List<String>> parameters,
    List<String> profilers,
    Optional<Path> json,
    Optional<Path> html,
    boolean verbose) {
  /** Copies the collections. */
  public JmhSettings {
    benchmarks = List.copyOf(benchmarks);
    parameters = Map.copyOf(parameters);
    profilers = List.copyOf(profilers);
  }
}
