package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.Latencies;
import io.lesnode.benchmarks.sim.scenario.Series;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.util.List;

/** A result as CSV and JSON; equal results give equal bytes on every JDK. Stateless. */
final class ResultText {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private static final double WHOLE = 1L << 53;

  private ResultText() {}

  /** One line for each point: group, series, unit, seconds, value. */
  static void writeSeries(Writer out, List<Series> all) throws IOException {
    out.write("group,series,unit,seconds,value\n");
    for (Series series : all) {
      String head = series.group() + "," + series.name() + "," + series.unit() + ",";
      for (int i = 0; i < series.size(); i++) {
        out.write(head);
        out.write(number(BigDecimal.valueOf(series.timeNanos(i), 9)));
        out.write(',');
        out.write(number(series.value(i)));
        out.write('\n');
      }
    }
  }

  /** The summary with the checks of its expectations. */
  static String summary(SimResult result, List<Checked> checks) {
    ObjectNode root = JSON.createObjectNode();
    root.put("scenario", result.scenario());
    root.put("seed", result.seed());
    root.put("events", result.events());
    figures(root.putObject("figures"), result.figures());
    ArrayNode latencies = root.putArray("latencies");
    for (Latencies each : result.latencies()) {
      ObjectNode line = latencies.addObject();
      line.put("group", each.group());
      line.put("kind", each.kind());
      line.put("count", each.count());
      ArrayNode points = line.putArray("percentiles");
      for (Latencies.Point point : each.points()) {
        points.addArray().add(new BigDecimal(number(point.percentile()))).add(point.nanos());
      }
    }
    ArrayNode expectations = root.putArray("expectations");
    for (Checked check : checks) {
      ObjectNode line = expectations.addObject();
      line.put("figure", check.expectation().name());
      line.put("bounds", check.expectation().bounds());
      check.figure().ifPresent(figure -> line.put("value", figure.value()));
      line.put("holds", check.holds());
    }
    return text(root);
  }

  /** Figures by their full names, with value and unit. */
  static void figures(ObjectNode into, List<Figure> figures) {
    for (Figure figure : figures) {
      into.putObject(figure.name()).put("value", figure.value()).put("unit", figure.unit());
    }
  }

  /** Indented, with line feeds, whatever the machine has. */
  static String text(JsonNode node) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    try {
      return JSON.writer(printer).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON could not be written", e);
    }
  }

  /** A decimal number without exponent: the shortest that is this double. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
      return Long.toString((long) value);
    }
    return number(BigDecimal.valueOf(value));
  }

  /** A decimal number without exponent and trailing zeros. */
  static String number(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }
}
