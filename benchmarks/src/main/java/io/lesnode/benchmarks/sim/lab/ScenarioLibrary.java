package io.lesnode.benchmarks.sim.lab;

import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The scenarios that come with the program, as resources. Stateless. */
public final class ScenarioLibrary {
  private static final String FOLDER = "library/";

  private ScenarioLibrary() {}

  /** The names in the order of the index. */
  public static List<String> names() {
    return text("index.txt").orElseThrow().lines().filter(line -> !line.isBlank()).toList();
  }

  /** The text of a scenario, comments and all, if there is one of that name. */
  public static Optional<String> source(String name) {
    return names().contains(name) ? text(name + ".yaml") : Optional.empty();
  }

  /** A scenario, if there is one of that name. */
  public static Optional<ScenarioFile> find(String name) {
    return source(name).map(text -> ScenarioFile.parse(name, text));
  }

  private static Optional<String> text(String file) {
    try (InputStream in = ScenarioLibrary.class.getResourceAsStream(FOLDER + file)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
