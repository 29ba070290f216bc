package io.lesnode.flowcontrol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Traces with one JSON object per line. */
public final class Traces {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Traces() {}

  /** The lines of a trace. */
  public static List<JsonNode> lines(Path file) {
    return Vectors.lines(file).stream().map(Traces::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
