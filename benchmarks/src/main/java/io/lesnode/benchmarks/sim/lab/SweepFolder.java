package io.lesnode.benchmarks.sim.lab;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.report.HtmlReport;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.Sweep;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a sweep: {@code sweep.yaml} says what is swept, {@code points/} has a file for each
 * combination that was run, and when all are there {@code sweep.csv} and {@code report.html}. Its
 * files do not tell in which order, by whom or in how many shards they were made. Confined to one
 * thread.
 */
final class SweepFolder {
  private static final String DEFINITION = "sweep.yaml";
  private static final int MAX_POINT_BYTES = 1 << 24;
  private static final int MAX_TEXT_BYTES = 1 << 21;

  private final Path folder;

  SweepFolder(Path folder) {
    this.folder = folder;
  }

  Path path() {
    return folder;
  }

  private Path points() {
    return folder.resolve("points");
  }

  /** What is swept here, if anything is. */
  Optional<String> definition() {
    return text(folder.resolve(DEFINITION), MAX_TEXT_BYTES);
  }

  /**
   * Begins a sweep, or goes on with it.
   *
   * @throws NodeFailure if the folder is of another sweep
   */
  void begin(ScenarioFile file) {
    Optional<String> before = definition();
    if (before.isEmpty()) {
      ResultFolder.write(folder, Map.of(DEFINITION, ResultFolder.Content.of(file.text())));
    } else if (!before.get().equals(file.text())) {
      throw new NodeFailure(
          folder + " holds another sweep",
          "its " + DEFINITION + " differs",
          "Name another folder with --out, or delete this one",
          null);
    }
  }

  /** A combination that was run before, if it was. */
  Optional<SweepPoint> point(int index, List<String> values) {
    Path file = points().resolve(SweepPoint.fileName(index));
    return text(file, MAX_POINT_BYTES)
        .map(
            text -> {
              try {
                SweepPoint point = SweepPoint.parse(text);
                if (point.index() == index && point.values().equals(values)) {
                  return point;
                }
              } catch (IllegalArgumentException e) {
                throw damaged(file, String.valueOf(e.getMessage()));
              }
              throw damaged(file, "it is of other values");
            });
  }

  private static NodeFailure damaged(Path file, String why) {
    return new NodeFailure(file + " cannot be used", why, "Delete it and run again", null);
  }

  private static Optional<String> text(Path file, int mostBytes) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(mostBytes + 1);
      if (bytes.length > mostBytes) {
        throw damaged(file, "it has more than " + mostBytes + " bytes");
      }
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new NodeFailure(file + " cannot be read", e.toString(), "", e);
    }
  }

  void write(SweepPoint point) {
    ResultFolder.write(
        points(),
        Map.of(SweepPoint.fileName(point.index()), ResultFolder.Content.of(point.text())));
  }

  /** Writes what is made of all combinations. */
  void finish(ScenarioFile file, Sweep sweep, List<SweepPoint> points) {
    Map<String, ResultFolder.Content> files = new LinkedHashMap<>();
    files.put("sweep.csv", out -> writeTable(out, sweep, points));
    files.put(
        "report.html",
        ResultFolder.Content.of(
            HtmlReport.of(SweepReport.of(file.at(sweep.point(0)).scenario(), sweep, points))
                .text()));
    ResultFolder.write(folder, files);
  }

  /** One line for each combination: its parameters, then all figures of the first one. */
  private static void writeTable(Writer out, Sweep sweep, List<SweepPoint> points)
      throws IOException {
    List<String> names = points.getFirst().figures().stream().map(Figure::name).toList();
    List<String> head = new ArrayList<>(List.of("point"));
    sweep.axes().forEach(axis -> head.add(axis.path()));
    head.addAll(names);
    writeLine(out, head);
    for (SweepPoint point : points) {
      Map<String, Figure> figures = new LinkedHashMap<>();
      point.figures().forEach(figure -> figures.put(figure.name(), figure));
      List<String> line = new ArrayList<>(List.of(Integer.toString(point.index())));
      line.addAll(point.values());
      for (String name : names) {
        Figure figure = figures.get(name);
        line.add(figure == null ? "" : ResultText.number(figure.value()));
      }
      writeLine(out, line);
    }
  }

  private static void writeLine(Writer out, List<String> cells) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      boolean isPlain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      out.write(i == 0 ? "" : ",");
      out.write(isPlain ? cell : "\"" + cell.replace("\"", "\"\"") + "\"");
    }
    out.write('\n');
  }
}
