package io.lesnode.benchmarks.load;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.HtmlReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Shows a run to a person and writes its result to files. Files are written under another name and
 * moved, so that no part of a report is ever left. Confined to the thread of the command.
 */
public final class LoadOutput {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double PLAIN_SECONDS = 5;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean terminal = Boolean.getBoolean("les.terminal");
  private int lastLength;

  /** Results go to {@code out}, progress to {@code err}. */
  public LoadOutput(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Sees that files can be written before anything is measured.
   *
   * @throws NodeFailure naming the flag that cannot be followed
   */
  public void prepare(@Nullable Path directory, @Nullable Path json) {
    try {
      if (directory != null) {
        Files.createDirectories(directory);
      }
    } catch (IOException e) {
      throw cannotWrite("--out " + directory, e);
    }
    if (json != null && Files.isDirectory(json)) {
      throw new NodeFailure("--json " + json, "it is a directory", "Name a file", null);
    }
    Path parent = json == null ? null : json.toAbsolutePath().getParent();
    if (parent != null && !Files.isWritable(parent)) {
      throw new NodeFailure(
          "--json " + json,
          "its directory does not exist or cannot be written",
          "Name a file in a directory that is there",
          null);
    }
  }

  private static NodeFailure cannotWrite(String flag, IOException e) {
    return new NodeFailure(
        flag + " cannot be written", String.valueOf(e.getMessage()), "Choose another place", e);
  }

  /** Writes the result to what is not null. */
  public void write(LoadResult result, @Nullable Path directory, @Nullable Path json) {
    MachineInfo machine = MachineInfo.read(Instant.now());
    String text = LoadJson.of(result, machine);
    if (json != null) {
      replace(json, "--json", text);
      out.println("wrote " + json);
    }
    if (directory != null) {
      replace(directory.resolve("load.json"), "--out", text);
      Path html = directory.resolve("load.html");
      try {
        HtmlReport.of(LoadHtml.of(result, machine)).write(html);
      } catch (IOException e) {
        throw cannotWrite("--out " + html, e);
      }
      out.println("wrote " + directory.resolve("load.json") + " and " + html);
    }
  }

  private static void replace(Path file, String flag, String text) {
    try {
      Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
      Path part = directory.resolve("." + file.getFileName() + ".partial");
      try {
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw cannotWrite(flag + " " + file, e);
    }
  }

  // ---- progress ------------------------------------------------------------------------------

  /** Shows a run as it goes: one line that changes on a terminal, else a line now and then. */
  public LoadProgress progress(LoadPlan plan) {
    double totalSeconds = plan.duration().toMillis() / 1e3;
    return new LoadProgress() {
      private double lastPlain = -1e9;

      @Override
      public void onStep(String what) {
        show(what + " …", false);
      }

      @Override
      public void onConnected(int ready, int wanted) {
        show(ready + " of " + wanted + " clients connected", true);
      }

      @Override
      public void onSecond(double elapsedSeconds, int connected, Map<String, Interval> groups) {
        if (!terminal && elapsedSeconds - lastPlain < PLAIN_SECONDS) {
          return;
        }
        lastPlain = elapsedSeconds;
        String time =
            elapsedSeconds <= 0
                ? String.format(Locale.ROOT, "warming up, %.0f s left", -elapsedSeconds)
                : String.format(Locale.ROOT, "%.0f of %.0f s", elapsedSeconds, totalSeconds);
        String all =
            groups.entrySet().stream()
                .map(group -> interval(group.getKey(), group.getValue()))
                .collect(Collectors.joining("; "));
        show(time + ", " + connected + " connected; " + all, false);
      }
    };
  }

  private static String interval(String group, LoadProgress.Interval interval) {
    return String.format(
        Locale.ROOT,
        "%s %d/s, p99 %s ms, %d failures, %d freezes",
        group,
        interval.replies(),
        millis(interval.latencies().getValueAtPercentile(99)),
        interval.failures(),
        interval.freezes());
  }

  private void show(String line, boolean keep) {
    if (!terminal) {
      err.println(line);
      err.flush();
      return;
    }
    err.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
    lastLength = line.length();
    if (keep) {
      endLine();
    }
    err.flush();
  }

  private void endLine() {
    if (terminal && lastLength > 0) {
      err.println();
      err.flush();
      lastLength = 0;
    }
  }

  // ---- results -------------------------------------------------------------------------------

  /** Prints the result as tables. */
  public void print(LoadResult result) {
    endLine();
    out.println(
        String.format(
            Locale.ROOT,
            "%s (les/%d), head %d, measured %.1f s%s",
            result.serverName(),
            result.serverVersion(),
            result.headNumber(),
            result.measuredSeconds(),
            result.cutShort() ? ", CUT SHORT" : ""));
    result.notes().forEach(note -> out.println("note: " + note));
    for (GroupResult group : result.groups()) {
      print(group, result.measuredSeconds());
    }
    long replies = Math.max(1, result.replies());
    out.println(
        String.format(
            Locale.ROOT,
            "generator: %.1f s of processor time, %.1f µs per reply",
            result.generatorCpuNanos() / 1e9,
            result.generatorCpuNanos() / 1e3 / replies));
    out.flush();
  }

  private void print(GroupResult result, double seconds) {
    LoadGroup group = result.group();
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %d clients (%d connected), %s, %s",
            group.name(),
            group.clients(),
            result.connected(),
            group.isOpenLoop()
                ? String.format(Locale.ROOT, "open loop, %s/s", plain(group.ratePerSecond()))
                : "closed loop, window " + group.window(),
            group.obeysCredit() ? "obeying flow control" : "ignoring flow control"));
    List<String[]> rows = new ArrayList<>();
    rows.add(
        new String[] {
          "request", "answered/s", "p50 ms", "p90", "p99", "p99.9", "max", "reply bytes", "failures"
        });
    for (ShapeResult shape : result.shapes()) {
      rows.add(row(shape, seconds));
    }
    printTable(rows);
    result.shapes().stream()
        .filter(shape -> shape.failures() + shape.openAtEnd() + shape.neverSent() > 0)
        .forEach(shape -> out.println("  " + shape.shape() + ": " + failures(shape)));
    out.println(
        String.format(
            Locale.ROOT,
            "  %d replies, %.1f/s; per client %d to %d since the start; %s in, %s out on the wire",
            result.replies(),
            result.replies() / seconds,
            result.fewestReplies(),
            result.mostReplies(),
            bytes(result.wireInBytes()),
            bytes(result.wireOutBytes())));
    out.println(
        String.format(
            Locale.ROOT,
            "  freezes %d, waits for credit %d, buffer values too low %d, above the limit %d,"
                + " negative %d, late replies %d, strange replies %d",
            result.freezes(),
            result.creditWaits(),
            result.bufferBelow(),
            result.bufferAbove(),
            result.bufferNegative(),
            result.lateReplies(),
            result.strangeReplies()));
    if (group.isOpenLoop()) {
      out.println(
          String.format(
              Locale.ROOT,
              "  sent after the wanted moment: p50 %s ms, p99 %s ms (waits for credit included)",
              millis(result.sendDelay().getValueAtPercentile(50)),
              millis(result.sendDelay().getValueAtPercentile(99))));
    }
    result
        .disconnects()
        .forEach((reason, count) -> out.println("  disconnected " + count + " times: " + reason));
  }

  private static String[] row(ShapeResult shape, double seconds) {
    Histogram latency = shape.response();
    long answered = shape.answered();
    return new String[] {
      shape.shape().toString(),
      String.format(Locale.ROOT, "%.1f", answered / seconds),
      millis(latency.getValueAtPercentile(50)),
      millis(latency.getValueAtPercentile(90)),
      millis(latency.getValueAtPercentile(99)),
      millis(latency.getValueAtPercentile(99.9)),
      millis(latency.getMaxValue()),
      answered == 0 ? "-" : Long.toString(shape.replyBytes() / answered),
      Long.toString(shape.failures())
    };
  }

  private void printTable(List<String[]> rows) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder(" ");
      for (int i = 0; i < row.length; i++) {
        String pad = " ".repeat(widths[i] - row[i].length());
        line.append(' ').append(i == 0 ? row[i] + pad : " " + pad + row[i]);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String failures(ShapeResult shape) {
    List<String> parts = new ArrayList<>();
    addCount(parts, shape.empty(), "empty answers");
    addCount(parts, shape.incomplete(), "short answers");
    addCount(parts, shape.malformed(), "malformed answers");
    addCount(parts, shape.timeouts(), "timeouts");
    addCount(parts, shape.voided(), "void after a freeze");
    addCount(parts, shape.lost(), "lost with the connection");
    addCount(parts, shape.openAtEnd(), "unanswered at the end");
    addCount(parts, shape.neverSent(), "wanted but never sent");
    return String.join(", ", parts);
  }

  private static void addCount(List<String> parts, long count, String what) {
    if (count > 0) {
      parts.add(count + " " + what);
    }
  }

  /** Prints how idle clients fared. */
  public void printIdle(LoadRun.Held held) {
    endLine();
    out.println(
        String.format(
            Locale.ROOT,
            "%d of %d clients connected in %.2f s, %d at the end%s",
            held.connected(),
            held.wanted(),
            held.connectSeconds(),
            held.atEnd(),
            held.cutShort() ? ", CUT SHORT" : ""));
    if (held.atEnd() < held.wanted()) {
      out.println("last reason: " + held.lastEnd());
    }
    out.flush();
  }

  /** Prints handshakes, and writes them to a file that is not null. */
  public void print(HandshakeRun.Result result, @Nullable Path json) {
    Histogram latency = result.latencies();
    out.println(
        String.format(
            Locale.ROOT,
            "%d handshakes, %.1f/s, p50 %s ms, p90 %s, p99 %s, max %s",
            result.done(),
            result.perSecond(),
            millis(latency.getValueAtPercentile(50)),
            millis(latency.getValueAtPercentile(90)),
            millis(latency.getValueAtPercentile(99)),
            millis(latency.getMaxValue())));
    result.failures().forEach((reason, count) -> out.println("failed " + count + ": " + reason));
    if (json != null) {
      replace(json, "--json", LoadJson.of(result));
      out.println("wrote " + json);
    }
    out.flush();
  }

  static String millis(long nanos) {
    double millis = nanos / NANOS_PER_MILLI;
    return String.format(
        Locale.ROOT, millis < 10 ? "%.2f" : millis < 1_000 ? "%.1f" : "%.0f", millis);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private static String bytes(long count) {
    return count < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", count / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", count / 1048576.0);
  }
}
