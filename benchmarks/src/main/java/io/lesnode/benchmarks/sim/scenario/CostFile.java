package io.lesnode.benchmarks.sim.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Reads what {@code les benchmark-server --json} printed. Stateless. */
final class CostFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CostFile() {}

  /**
   * The measured serving times; those of geth for a kind that was not measured.
   *
   * @throws IllegalArgumentException with one sentence, if it is no such file
   */
  static BaseCosts read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(YamlText.text(file));
    } catch (ScenarioException e) {
      throw new IllegalArgumentException(e.text(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is not JSON", e);
    }
    JsonNode list = root == null ? null : root.get("costs");
    if (list == null || !list.isArray()) {
      throw new IllegalArgumentException(
          file + " is not what 'les benchmark-server --json' prints: it has no 'costs'");
    }
    Map<RequestKind, RequestCost> costs = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.all()) {
      costs.put(kind, kind.averageTimeNanos());
    }
    for (JsonNode line : list) {
      if (line.has("base")) {
        costs.put(
            kind(file, line), new RequestCost(nanos(file, line, "base"), perItem(file, line)));
      }
    }
    return new BaseCosts(costs);
  }

  private static RequestKind kind(Path file, JsonNode line) {
    String name = line.path("request").asText().toUpperCase(Locale.ROOT);
    return RequestKind.all().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException(file + " has an unknown request '" + name + "'"));
  }

  /** A measured item may round to nothing, and an item that takes no time cannot be priced. */
  private static long perItem(Path file, JsonNode line) {
    return Math.max(1, nanos(file, line, "perItem"));
  }

  private static long nanos(Path file, JsonNode line, String field) {
    JsonNode value = line.path(field);
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > 60_000_000_000L) {
      throw new IllegalArgumentException(
          file + ": " + field + " of " + line.path("request") + " is no time in nanoseconds");
    }
    return value.longValue();
  }
}
