package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.benchmarks.sim.scenario.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one combination of a sweep gave; immutable. Its text is a file of the sweep's folder, the
 * same whoever ran it.
 *
 * @param index of the combination
 * @param values of the parameters
 * @param figures of the result
 * @param missed expectations, as sentences
 */
record SweepPoint(int index, List<String> values, List<Figure> figures, List<String> missed) {
  /** Copies the lists. */
  SweepPoint {
    values = List.copyOf(values);
    figures = List.copyOf(figures);
    missed = List.copyOf(missed);
  }

  /** The name of a combination's file. */
  static String fileName(int index) {
    return String.format(Locale.ROOT, "point-%05d.json", index);
  }

  String text() {
    ObjectNode root = ResultText.JSON.createObjectNode();
    root.put("point", index);
    ArrayNode texts = root.putArray("values");
    values.forEach(texts::add);
    ArrayNode sentences = root.putArray("missed");
    missed.forEach(sentences::add);
    ResultText.figures(root.putObject("figures"), figures);
    return ResultText.text(root);
  }

  /**
   * Reads a file's text.
   *
   * @throws IllegalArgumentException with one sentence, if it is no such file
   */
  static SweepPoint parse(String text) {
    JsonNode root;
    try {
      root = ResultText.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON", e);
    }
    if (root == null || !root.path("point").isInt() || !root.path("figures").isObject()) {
      throw new IllegalArgumentException("it is no point of a sweep");
    }
    List<String> values = new ArrayList<>();
    root.path("values").forEach(value -> values.add(value.asText()));
    List<String> missed = new ArrayList<>();
    root.path("missed").forEach(value -> missed.add(value.asText()));
    List<Figure> figures = new ArrayList<>();
    for (var field : root.path("figures").properties()) {
      JsonNode value = field.getValue().path("value");
      if (!value.isNumber()) {
        throw new IllegalArgumentException("the figure " + field.getKey() + " has no value");
      }
      int slash = field.getKey().indexOf('/');
      String group = slash < 0 ? "" : field.getKey().substring(0, slash);
      figures.add(
          new Figure(
              group,
              field.getKey().substring(slash + 1),
              value.decimalValue(),
              field.getValue().path("unit").asText()));
    }
    return new SweepPoint(root.path("point").intValue(), values, figures, missed);
  }

  /** The value of a figure by its full name, or not a number. */
  double value(String name) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name))
        .findFirst()
        .map(figure -> figure.value().doubleValue())
        .orElse(Double.NaN);
  }
}
