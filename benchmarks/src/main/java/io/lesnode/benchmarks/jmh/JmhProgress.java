package io.lesnode.benchmarks.jmh;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Shows one line for each benchmark that is done, and keeps the last lines that JMH wrote for the
 * case that one fails. Confined to the thread that runs JMH, but for lines, which come from the
 * threads that read what forks write.
 */
final class JmhProgress implements OutputFormat {
  private static final int KEPT_LINES = 200;

  /** The first line of what a stack trace says, or of a cause: a class name and a message. */
  private static final Pattern THROWN =
      Pattern.compile("(Caused by: )?([a-z][a-z0-9_]*\\.)+[A-Z][A-Za-z0-9$]*(: .*)?");

  private final PrintWriter out;
  private final boolean terminal;
  private final int total;
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder line = new StringBuilder();
  private String current = "";
  private int done;
  private int shown;

  /**
   * Shows on {@code out}.
   *
   * @param terminal whether the line of the running benchmark can be overwritten
   * @param total how many will be run
   */
  JmhProgress(PrintWriter out, boolean terminal, int total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    synchronized (lines) {
      lines.clear();
    }
    done++;
    current = title(params);
    redraw(prefix() + title(params) + " …");
  }

  private String prefix() {
    return "[" + done + "/" + total + "] ";
  }

  private static String title(BenchmarkParams params) {
    return (Suite.shortName(params.getBenchmark()) + " " + Score.parameters(params)).strip();
  }

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult result) {
    String kind = iteration.getType().name().startsWith("WARM") ? "warm-up " : "iteration ";
    redraw(prefix() + title(params) + " … " + kind + number + "/" + iteration.getCount());
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    if (result == null) {
      return;
    }
    Score score = Score.of(new RunResult(result.getParams(), List.of(result)));
    redraw("");
    String text = score.valueText() + " " + score.errorText() + " " + score.unit();
    out.print(prefix() + title(result.getParams()) + ": " + text.replace("  ", " "));
    out.println(Double.isFinite(score.bytes()) ? ", " + score.bytesText() + " B/op" : "");
    out.flush();
  }

  private void redraw(String text) {
    if (terminal) {
      out.print("\r" + text + " ".repeat(Math.max(0, shown - text.length())));
      out.print(text.isEmpty() ? "\r" : "");
      out.flush();
      shown = text.length();
    }
  }

  /** The benchmark that was begun last. */
  String current() {
    return current;
  }

  /** The line that says best why a benchmark failed: the last that names something thrown. */
  String failure() {
    synchronized (lines) {
      return lines.stream()
          .map(String::strip)
          .filter(each -> THROWN.matcher(each).matches())
          .reduce("", (before, last) -> last)
          .replaceFirst("^Caused by: ", "");
    }
  }

  private void keep(String text) {
    synchronized (lines) {
      line.append(text);
      int end = line.indexOf("\n");
      while (end >= 0) {
        lines.addLast(line.substring(0, end));
        line.delete(0, end + 1);
        if (lines.size() > KEPT_LINES) {
          lines.removeFirst();
        }
        end = line.indexOf("\n");
      }
    }
  }

  @Override
  public void print(String text) {
    keep(text);
  }

  @Override
  public void println(String text) {
    keep(text + "\n");
  }

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int character) {
    keep(String.valueOf((char) character));
  }

  @Override
  public void write(byte[] text) {
    keep(new String(text, StandardCharsets.UTF_8));
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
