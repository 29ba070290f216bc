package io.lesnode.les.client.value;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of traces that geth wrote. */
final class Traces {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Traces() {}

  static List<JsonNode> lines(Path file) {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Vectors.lines(file)) {
      try {
        lines.add(JSON.readTree(line));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }

  static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong();
    }
    return values;
  }

  static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  /** One column of an array of pairs. */
  static long[] column(JsonNode pairs, int column) {
    long[] values = new long[pairs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = pairs.get(i).get(column).asLong();
    }
    return values;
  }
}
