package io.lesnode.benchmarks.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * A report as one HTML file that loads nothing: it forbids itself every other source of style,
 * script or picture.
 */
public final class HtmlReport {
  /** A file stays below 2 MB: a point takes about 10 bytes. */
  private static final int MOST_POINTS = 120_000;

  private static final int MOST_POINTS_OF_ONE = 1_600;
  private static final int LEAST_POINTS_OF_ONE = 40;

  /** From so many sections on there is a list of them. */
  private static final int SECTIONS_WITH_CONTENTS = 4;

  private final Report report;

  private HtmlReport(Report report) {
    this.report = report;
  }

  /** The HTML of a report. */
  public static HtmlReport of(Report report) {
    return new HtmlReport(report);
  }

  /**
   * Writes the file: to a temporary name beside it first, so that {@code file} is never a part of a
   * report. Folders are made as needed.
   */
  public void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + " is no file name");
    }
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + file.getFileName() + ".partial");
    try {
      Files.writeString(temporary, text());
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException notHere) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The whole file. */
  public String text() {
    Html html = new Html();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
    html.raw(" style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.raw("<link rel=\"icon\" href=\"data:,\">\n");
    html.element("title", "", report.title()).raw("\n<style>\n").raw(resource("report.css"));
    html.raw("</style>\n</head>\n<body>\n<header>").element("h1", "", report.title());
    if (!report.subtitle().isEmpty()) {
      html.element("p", "sub", report.subtitle());
    }
    html.raw("</header>\n");
    contents(html);
    html.raw("<main>\n");
    for (int i = 0; i < report.sections().size(); i++) {
      section(html, i, report.sections().get(i));
    }
    html.raw("</main>\n<script>\n").raw(resource("report.js")).raw("</script>\n</body>\n</html>\n");
    return html.toString();
  }

  private void contents(Html html) {
    if (report.sections().size() < SECTIONS_WITH_CONTENTS) {
      return;
    }
    html.raw("<nav>");
    for (int i = 0; i < report.sections().size(); i++) {
      html.raw("<a href=\"#s").raw(i + 1).raw("\">").text(report.sections().get(i).title());
      html.raw("</a>");
    }
    html.raw("</nav>\n");
  }

  private void section(Html html, int index, Section section) {
    html.raw("<section id=\"s").raw(index + 1).raw("\">").element("h2", "", section.title());
    html.raw("\n");
    BlockWriter blocks = new BlockWriter(html);
    PlotWriter plots = new PlotWriter(html, pointsOfOne());
    List<Block> all = section.blocks();
    boolean inRow = false;
    for (Block block : all) {
      boolean plot = block instanceof Plot;
      if (plot != inRow) {
        html.raw(plot ? "<div class=\"plots\">\n" : "</div>\n");
        inRow = plot;
      }
      block(blocks, plots, block);
    }
    html.raw(inRow ? "</div>\n</section>\n" : "</section>\n");
  }

  private static void block(BlockWriter blocks, PlotWriter plots, Block block) {
    switch (block) {
      case Text text -> blocks.text(text);
      case KeyFigures figures -> blocks.figures(figures);
      case Table table -> blocks.table(table);
      case BarPlot plot -> blocks.bars(plot);
      case HeatMap plot -> blocks.heat(plot);
      case LinePlot plot -> plots.line(plot);
      case ScatterPlot plot -> plots.scatter(plot);
      case PercentilePlot plot -> plots.percentiles(plot);
      case HistogramPlot plot -> plots.histogram(plot);
      case AreaPlot plot -> plots.areas(plot);
    }
  }

  /** The room of the file, divided among all series. */
  private int pointsOfOne() {
    long series = 1;
    for (Section section : report.sections()) {
      for (Block block : section.blocks()) {
        series +=
            switch (block) {
              case LinePlot plot -> plot.series().size();
              case ScatterPlot plot -> plot.series().size();
              case AreaPlot plot -> plot.series().size();
              case PercentilePlot plot -> plot.curves().size();
              case HistogramPlot plot -> 1;
              case Text text -> 0;
              case KeyFigures figures -> 0;
              case Table table -> 0;
              case BarPlot plot -> 0;
              case HeatMap plot -> 0;
            };
      }
    }
    return (int) Math.max(LEAST_POINTS_OF_ONE, Math.min(MOST_POINTS_OF_ONE, MOST_POINTS / series));
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
