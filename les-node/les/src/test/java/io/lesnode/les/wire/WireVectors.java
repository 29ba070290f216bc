package io.lesnode.les.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.testing.Vectors;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;

/** The recorded sessions of the folder {@code les-wire}. */
public final class WireVectors {

  private static final ObjectMapper JSON = new ObjectMapper();

  private WireVectors() {}

  /** The recordings, sorted by name. */
  public static List<Path> files() {
    return Vectors.files("les-wire", "*.{jsonl,jsonl.gz}");
  }

  /** The lines of a recording: messages and notes in order. */
  public static List<JsonNode> lines(Path file) {
    return Vectors.lines(file).stream().map(WireVectors::parse).toList();
  }

  /** Whether a line is a LES message of a known code. */
  public static boolean isLesMessage(JsonNode line) {
    return line.path("proto").asText().equals("les") && !line.path("name").asText().startsWith("(");
  }

  /** The payload of a message line. */
  public static Bytes payload(JsonNode line) {
    return Bytes.fromHexString(line.path("payload").asText());
  }

  /** The version of a message line. */
  public static LesVersion version(JsonNode line) {
    return LesVersion.ofNumber(line.path("ver").asInt()).orElseThrow();
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
