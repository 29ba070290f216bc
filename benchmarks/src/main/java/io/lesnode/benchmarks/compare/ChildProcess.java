package io.lesnode.benchmarks.compare;

import io.lesnode.app.node.NodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A program that the comparison runs; its output goes to a log file, whose last telling line is
 * quoted when it fails. Confined to the thread of the command; {@link #kill} may be called from
 * any.
 */
final class ChildProcess implements AutoCloseable {
  private static final int LONGEST_QUOTE = 300;
  private static final long POLL_MILLIS = 20;
  private static final long END_SECONDS = 20;

  /** How a program that ran to its end has used the machine; wall time includes its start. */
  record Usage(Duration elapsed, long cpuMicros, long peakKib) {}

  private final String name;
  private final Process process;
  private final Path log;
  private final long startNanos = System.nanoTime();
  private final Children children;

  private ChildProcess(String name, Process process, Path log, Children children) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.children = children;
  }

  /**
   * Starts a program.
   *
   * @param name what a person calls it
   * @throws NodeFailure if there is no such program
   */
  static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      Children children) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      ChildProcess child = new ChildProcess(name, builder.start(), log, children);
      children.add(child);
      return child;
    } catch (IOException impossible) {
      throw new NodeFailure(
          name + " cannot be started", String.valueOf(impossible.getMessage()), "", impossible);
    }
  }

  long pid() {
    return process.pid();
  }

  /** When it was started, as {@link System#nanoTime}. */
  long startNanos() {
    return startNanos;
  }

  /** Processor time of all its threads so far, in microseconds. */
  long cpuMicros() {
    requireAlive("runs");
    return ProcStat.cpuMicros(pid());
  }

  long residentKib() {
    requireAlive("runs");
    return ProcStat.residentKib(pid());
  }

  /** Waits until something is so, as long as the program runs. */
  void await(String what, Duration limit, BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      requireAlive("was expected to " + what);
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new NodeFailure(
            name + " did not " + what + " within " + limit.toSeconds() + " s", quote(), "", null);
      }
      endedWithin(POLL_MILLIS);
    }
  }

  /**
   * Waits for the end of a program that does one thing.
   *
   * @throws NodeFailure if it fails or takes too long, with what it said
   */
  Usage awaitSuccess(Duration limit) {
    long peakKib = 0;
    long beforeMicros = ProcStat.endedChildrenCpuMicros();
    while (!endedWithin(POLL_MILLIS)) {
      peakKib = Math.max(peakKib, ProcStat.peakKib(pid()).orElse(0));
      if (System.nanoTime() - startNanos > limit.toNanos()) {
        kill();
        throw new NodeFailure(
            name + " did not end within " + limit.toSeconds() + " s", quote(), "", null);
      }
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    children.remove(this);
    if (process.exitValue() != 0) {
      throw failure("failed");
    }
    return new Usage(elapsed, ProcStat.endedChildrenCpuMicros() - beforeMicros, peakKib);
  }

  /** Fails with what the program said if it has ended. */
  void requireAlive(String meanwhile) {
    if (!process.isAlive()) {
      throw failure("ended by itself while it " + meanwhile);
    }
  }

  private NodeFailure failure(String how) {
    children.waitIfEnding();
    return new NodeFailure(
        name + " " + how + " (exit code " + process.exitValue() + ")",
        quote(),
        "Its whole output is in " + log,
        null);
  }

  /** The line of the log that most likely says why: the last that names a failure, or the last. */
  String quote() {
    List<String> lines;
    try {
      lines =
          Files.readAllLines(log).stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    } catch (IOException unreadable) {
      return "its output cannot be read";
    }
    String last =
        lines.reversed().stream()
            .filter(line -> line.startsWith("Fatal") || line.startsWith("les ") || isGrave(line))
            .findFirst()
            .orElse(lines.isEmpty() ? "it said nothing" : lines.getLast());
    return last.length() > LONGEST_QUOTE ? last.substring(0, LONGEST_QUOTE) + "…" : last;
  }

  private static boolean isGrave(String line) {
    return line.startsWith("ERROR") || line.startsWith("CRIT") || line.contains(" ERROR ");
  }

  private boolean endedWithin(long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new NodeFailure("the comparison was interrupted", "", "", stopped);
    }
  }

  /** Ends it at once, from any thread. */
  void kill() {
    process.destroyForcibly();
  }

  /** Asks it to end, and ends it if it does not. */
  @Override
  public void close() {
    process.destroy();
    if (!endedWithin(TimeUnit.SECONDS.toMillis(END_SECONDS))) {
      kill();
      endedWithin(TimeUnit.SECONDS.toMillis(END_SECONDS));
    }
    children.remove(this);
  }
}
