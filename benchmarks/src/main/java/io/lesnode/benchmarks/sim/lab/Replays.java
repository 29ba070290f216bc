package io.lesnode.benchmarks.sim.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.benchmarks.sim.scenario.ScenarioException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Feeds traces that were recorded of geth to the real code and compares every number. Stateless.
 *
 * <p>A trace is a file of JSON lines, {@code .jsonl} or {@code .jsonl.gz}; of which kind it is says
 * its first line.
 */
public final class Replays {
  private static final int MAX_LINE_LETTERS = 4 << 20;
  private static final int MAX_LINES = 2_000_000;
  private static final int MAX_FILES = 10_000;

  private Replays() {}

  /**
   * How a trace went.
   *
   * @param file its path
   * @param kind of the trace; empty: none that can be replayed
   * @param lines how many it has
   * @param equal how many of them were equal, up to the first difference
   * @param difference the first one with its line; empty: none
   * @param known a difference that is known, with its line, after which the trace means nothing;
   *     empty: none
   */
  public record Outcome(
      Path file, String kind, int lines, int equal, String difference, String known) {
    /** Whether nothing differs that is not known. */
    public boolean isEqual() {
      return difference.isEmpty();
    }
  }

  /**
   * The traces of files and folders, with all folders below, in the order of their names.
   *
   * @throws ScenarioException if there is no such file, or none in a folder
   */
  public static List<Path> files(List<Path> sources) {
    List<Path> files = new ArrayList<>();
    for (Path source : sources) {
      if (!Files.exists(source)) {
        throw new ScenarioException(source + ": there is no such file or folder");
      }
      int before = files.size();
      try (Stream<Path> all = Files.walk(source)) {
        all.filter(Files::isRegularFile)
            .filter(file -> source.equals(file) || isTraceName(file.toString()))
            .sorted()
            .limit(MAX_FILES)
            .forEach(files::add);
      } catch (IOException e) {
        throw new ScenarioException(source + ": it cannot be read: " + e);
      }
      if (files.size() == before) {
        throw new ScenarioException(source + ": there are no traces (.jsonl, .jsonl.gz) in it");
      }
    }
    return files;
  }

  private static boolean isTraceName(String name) {
    return name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
  }

  /**
   * Replays one trace.
   *
   * @throws ScenarioException if the file cannot be read, or a line is no operation
   */
  public static Outcome replay(Path file) {
    Counter counter = new Counter(file);
    try (BufferedReader lines = open(file)) {
      Optional<String> line = next(lines, file, 0);
      while (line.isPresent()) {
        counter.line(parse(line.get(), file, counter.lines + 1));
        if (counter.isSkipped) {
          break;
        }
        line = next(lines, file, counter.lines);
      }
    } catch (IOException e) {
      throw new ScenarioException(file + ": it cannot be read: " + e);
    }
    return counter.outcome();
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      boolean isPacked = file.toString().endsWith(".gz");
      return new BufferedReader(
          new InputStreamReader(isPacked ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** A line of bounded length: a packed file may unpack to anything. */
  private static Optional<String> next(BufferedReader lines, Path file, int before)
      throws IOException {
    if (before >= MAX_LINES) {
      throw new ScenarioException(file + ": a trace has at most " + MAX_LINES + " lines");
    }
    StringBuilder line = new StringBuilder();
    int letter = lines.read();
    if (letter < 0) {
      return Optional.empty();
    }
    while (letter >= 0 && letter != '\n') {
      line.append((char) letter);
      if (line.length() > MAX_LINE_LETTERS) {
        throw new ScenarioException(
            file + ":" + (before + 1) + ": a line has at most " + MAX_LINE_LETTERS + " letters");
      }
      letter = lines.read();
    }
    return Optional.of(line.toString());
  }

  private static JsonNode parse(String text, Path file, int number) {
    try {
      JsonNode line = ResultText.JSON.readTree(text);
      if (line.isObject()) {
        return line;
      }
    } catch (JsonProcessingException e) {
      throw notAnObject(file, number);
    }
    throw notAnObject(file, number);
  }

  private static ScenarioException notAnObject(Path file, int number) {
    return new ScenarioException(file + ":" + number + ": this is no JSON object");
  }

  /** Which trace a line begins, if it begins one. */
  private static @Nullable Trace traceOf(JsonNode first) {
    String op = first.path("op").asText();
    if (first.has("capUpdates") || op.equals("newPool")) {
      return new PoolTrace();
    }
    if (first.has("cm")) {
      return new ManagerTrace();
    }
    boolean isBeforeConnect = op.equals("advance") && first.has("dt") && !first.has("node");
    if (first.path("node").has("bufEstimate") || isBeforeConnect) {
      return new EstimateTrace();
    }
    if (first.has("costList") || first.has("realCost") || op.equals("start")) {
      return new CostTrace();
    }
    return null;
  }

  private static String kindOf(@Nullable Trace trace) {
    return switch (trace) {
      case null -> "";
      case ManagerTrace manager -> "server credit";
      case EstimateTrace estimate -> "client estimate";
      case PoolTrace pool -> "client pool";
      case CostTrace costs -> "costs";
    };
  }

  /** Goes through a trace up to the first difference, and counts the rest. */
  private static final class Counter {
    private final Path file;
    private @Nullable Trace trace;
    private int lines;
    private int equal;
    private boolean isSkipped;
    private String difference = "";
    private String known = "";

    Counter(Path file) {
      this.file = file;
    }

    void line(JsonNode line) {
      lines++;
      if (lines == 1) {
        trace = traceOf(line);
      }
      Trace current = trace;
      if (current == null) {
        isSkipped = true;
        return;
      }
      if (!difference.isEmpty() || !known.isEmpty()) {
        return;
      }
      String quirk = current.knownDifference(line);
      if (!quirk.isEmpty()) {
        known = "line " + lines + ": " + quirk;
        return;
      }
      try {
        current.apply(line);
        equal++;
      } catch (Trace.Difference e) {
        difference =
            "line " + lines + " (" + line.path("op").asText("no operation") + "): " + e.text();
      } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
        throw new ScenarioException(file + ":" + lines + ": " + e.getMessage());
      }
    }

    Outcome outcome() {
      return new Outcome(file, kindOf(trace), isSkipped ? 0 : lines, equal, difference, known);
    }
  }
}
