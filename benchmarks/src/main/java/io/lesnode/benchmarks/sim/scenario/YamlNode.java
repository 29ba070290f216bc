package io.lesnode.benchmarks.sim.scenario;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A piece of a YAML file that knows where it stands; immutable. */
sealed interface YamlNode {

  /** Where it begins, for messages: {@code scenario.yaml:12} or {@code --set server.serve}. */
  String where();

  /**
   * A text, number or word, as it was written.
   *
   * @param where its place
   * @param text its value
   */
  record Scalar(String where, String text) implements YamlNode {}

  /**
   * A list.
   *
   * @param where its place
   * @param items in their order
   */
  record Items(String where, List<YamlNode> items) implements YamlNode {
    /** Copies the list. */
    public Items {
      items = List.copyOf(items);
    }
  }

  /**
   * Fields.
   *
   * @param where its place
   * @param fields in their order, each name once
   */
  record Fields(String where, Map<String, YamlNode> fields) implements YamlNode {
    /** Copies the map, keeping its order. */
    public Fields {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** The error of a place. */
  static ScenarioException wrong(String where, String what) {
    return new ScenarioException(where + ": " + what);
  }

  /**
   * The same with one value replaced or added.
   *
   * @param path names of fields joined by dots; a list's item is a number from 0
   * @param value to put there
   * @throws ScenarioException if the path leads through something that has no fields
   */
  static YamlNode with(YamlNode root, String path, YamlNode value) {
    return with(root, List.of(path.split("\\.", -1)), path, value);
  }

  private static YamlNode with(YamlNode node, List<String> names, String path, YamlNode value) {
    if (names.isEmpty()) {
      return value;
    }
    String name = names.getFirst();
    List<String> rest = names.subList(1, names.size());
    if (name.isBlank()) {
      throw wrong(value.where(), "'" + path + "' is no path; write for example server.serve");
    }
    return switch (node) {
      case Fields fields -> {
        Map<String, YamlNode> next = new LinkedHashMap<>(fields.fields());
        YamlNode old = next.getOrDefault(name, new Fields(value.where(), Map.of()));
        next.put(name, with(old, rest, path, value));
        yield new Fields(fields.where(), next);
      }
      case Items items -> {
        List<YamlNode> next = new ArrayList<>(items.items());
        int index = index(name, next.size(), path, value);
        next.set(index, with(next.get(index), rest, path, value));
        yield new Items(items.where(), next);
      }
      case Scalar scalar ->
          throw wrong(
              value.where(),
              "'" + path + "' leads into the value '" + scalar.text() + "', which has no fields");
    };
  }

  private static int index(String name, int size, String path, YamlNode value) {
    try {
      int index = Integer.parseInt(name);
      if (index >= 0 && index < size) {
        return index;
      }
    } catch (NumberFormatException e) {
      throw noItem(path, size, value);
    }
    throw noItem(path, size, value);
  }

  private static ScenarioException noItem(String path, int size, YamlNode value) {
    return wrong(value.where(), "'" + path + "' names no item of a list of " + size);
  }
}
