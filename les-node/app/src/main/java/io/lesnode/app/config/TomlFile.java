package io.lesnode.app.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration file: TOML whose keys are the names of the flags without the dashes, either
 * quoted ({@code "http.port" = 8545}) or in tables ({@code [light] serve = 50}). Immutable.
 *
 * @param path where it was read from, for messages
 * @param values value texts by flag name; lists are joined with commas, as flags take them
 */
public record TomlFile(Path path, Map<String, String> values) {
  private static final int MAX_SIZE_BYTES = 1 << 20;

  /** Copies the values, keeping their order. */
  public TomlFile {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The file that sets nothing. */
  public static TomlFile none() {
    return new TomlFile(Path.of(""), Map.of());
  }

  /**
   * Reads and flattens a file.
   *
   * @throws ConfigException if it cannot be read, is not TOML, or holds something no flag can take
   */
  public static TomlFile read(Path path) {
    try {
      if (Files.size(path) > MAX_SIZE_BYTES) {
        throw new ConfigException(
            "the config file "
                + path
                + " is larger than "
                + MAX_SIZE_BYTES
                + " bytes; it should"
                + " hold the lines of `les dumpconfig`");
      }
      String text = Files.readString(path, StandardCharsets.UTF_8);
      Map<String, String> values = new LinkedHashMap<>();
      flatten(path, "", new TomlMapper().readTree(text), values);
      return new TomlFile(path, values);
    } catch (JsonProcessingException malformed) {
      JsonLocation at = malformed.getLocation();
      String where = at == null ? "" : " line " + at.getLineNr();
      throw new ConfigException(
          "the config file " + path + where + " is not TOML: " + firstLine(malformed));
    } catch (NoSuchFileException missing) {
      throw new ConfigException(
          "the config file "
              + path
              + " does not exist; `les dumpconfig > "
              + path
              + "` writes one with the defaults");
    } catch (IOException unreadable) {
      throw new ConfigException("the config file " + path + " cannot be read: " + unreadable);
    }
  }

  private static String firstLine(JsonProcessingException malformed) {
    String message = malformed.getOriginalMessage();
    return message == null ? "syntax error" : message.lines().findFirst().orElse("syntax error");
  }

  private static void flatten(Path path, String prefix, JsonNode node, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = prefix + entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isObject()) {
        flatten(path, key + ".", value, into);
      } else if (value.isArray()) {
        List<String> items = new ArrayList<>();
        for (JsonNode item : value) {
          if (item.isContainerNode()) {
            throw new ConfigException(
                "the config file "
                    + path
                    + " sets "
                    + key
                    + " to a nested list; a flat list of"
                    + " texts is needed");
          }
          items.add(item.asText());
        }
        into.put(key, String.join(",", items));
      } else {
        into.put(key, value.asText());
      }
    }
  }

  /**
   * Refuses keys that are no flag's name, naming the nearest one that is.
   *
   * @throws ConfigException for the first unknown key
   */
  public void requireKnown(Set<String> names) {
    for (String key : values.keySet()) {
      if (!names.contains(key)) {
        Optional<String> nearest = NearestName.of(key, names);
        throw new ConfigException(
            "the config file "
                + path
                + " has the unknown key "
                + key
                + nearest.map(n -> "; did you mean " + n + "?").orElse("")
                + " (`les dumpconfig` shows all keys)");
      }
    }
  }
}
