package io.lesnode.benchmarks.sim.scenario;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A scenario as it is written, in which values can be replaced; immutable. */
public final class ScenarioFile {
  private final String name;
  private final Path folder;
  private final YamlNode.Fields root;

  private ScenarioFile(String name, Path folder, YamlNode.Fields root) {
    this.name = name;
    this.folder = folder;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws ScenarioException if it cannot be read or is no YAML
   */
  public static ScenarioFile read(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
    return of(nameOf(file), folder, YamlText.read(file));
  }

  /**
   * Reads a text.
   *
   * @param name of the scenario, unless it has one; with {@code .yaml} it stands before errors
   */
  public static ScenarioFile parse(String name, String text) {
    return of(name, Path.of(""), YamlText.parse(name + ".yaml", text));
  }

  private static ScenarioFile of(String name, Path folder, YamlNode node) {
    if (!(node instanceof YamlNode.Fields root)) {
      throw YamlNode.wrong(node.where(), "a scenario is a set of fields such as 'duration: 1h'");
    }
    return new ScenarioFile(name, folder, root);
  }

  private static String nameOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.replaceFirst("\\.ya?ml$", "");
  }

  /**
   * The same with values replaced.
   *
   * @param settings each as {@code path=value}
   * @throws ScenarioException if one is not written so, or its path leads nowhere
   */
  public ScenarioFile with(List<String> settings) {
    YamlNode next = root;
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ScenarioException(
            "--set " + setting + ": write path=value, for example server.serve=100%");
      }
      String path = setting.substring(0, equals);
      next = replaced(next, "--set " + path, path, setting.substring(equals + 1));
    }
    return of(name, folder, next);
  }

  /** The scenario of one combination of a sweep. */
  public ScenarioFile at(Map<String, String> point) {
    Map<String, YamlNode> fields = new LinkedHashMap<>(root.fields());
    fields.remove("sweep");
    YamlNode next = new YamlNode.Fields(root.where(), fields);
    for (Map.Entry<String, String> value : point.entrySet()) {
      String place = "sweep of " + value.getKey() + " at " + value.getValue();
      next = replaced(next, place, value.getKey(), value.getValue());
    }
    return of(name, folder, next);
  }

  private static YamlNode replaced(YamlNode root, String place, String path, String text) {
    YamlNode value =
        text.isBlank()
            ? new YamlNode.Scalar(place, "")
            : placed(YamlText.parse(place, text), place);
    return YamlNode.with(root, path, value);
  }

  /** All of a value stands at one place: the flag that it came from. */
  private static YamlNode placed(YamlNode node, String place) {
    return switch (node) {
      case YamlNode.Scalar scalar -> new YamlNode.Scalar(place, scalar.text());
      case YamlNode.Items items ->
          new YamlNode.Items(place, items.items().stream().map(i -> placed(i, place)).toList());
      case YamlNode.Fields fields -> {
        Map<String, YamlNode> next = new LinkedHashMap<>();
        fields.fields().forEach((key, value) -> next.put(key, placed(value, place)));
        yield new YamlNode.Fields(place, next);
      }
    };
  }

  /**
   * The scenario.
   *
   * @throws ScenarioException for the first thing in it that cannot be used
   */
  public Scenario scenario() {
    return new ScenarioReader(name, folder).scenario(root);
  }

  /**
   * The sweep, if there is one.
   *
   * @throws ScenarioException if it cannot be used
   */
  public Optional<Sweep> sweep() {
    return Optional.ofNullable(root.fields().get("sweep")).map(Sweep::read);
  }

  /** Its text, with its name and what was replaced, without comments; reads back as the same. */
  public String text() {
    Map<String, YamlNode> fields = new LinkedHashMap<>();
    fields.put("name", new YamlNode.Scalar(root.where(), name));
    fields.putAll(root.fields());
    return YamlText.write(new YamlNode.Fields(root.where(), fields));
  }

  /** What it is called unless it has a name of its own. */
  public String name() {
    return name;
  }

  /** A scenario with every value, as a file that gives an equal one. */
  public static String write(Scenario scenario) {
    return ScenarioWriter.write(scenario);
  }
}
