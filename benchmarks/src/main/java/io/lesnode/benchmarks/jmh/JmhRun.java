package io.lesnode.benchmarks.jmh;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.machine.MachineInfo;
import io.lesnode.benchmarks.report.HtmlReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.ProfilersFailedException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks with JMH and its profiler of allocation, and prints a table. Forked machines get
 * the class path and the flags of this one.
 */
public final class JmhRun {
  private final JmhSettings settings;
  private final PrintWriter out;
  private final boolean terminal;

  /**
   * Prints to {@code out}.
   *
   * @param terminal whether {@code out} is one
   */
  public JmhRun(JmhSettings settings, PrintWriter out, boolean terminal) {
    this.settings = settings;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs them all; writes files only when all have run.
   *
   * @throws NodeFailure when a benchmark fails or a file cannot be written
   */
  public void run(Instant date) {
    settings.json().ifPresent(JmhRun::requireFolder);
    settings.html().ifPresent(folder -> requireFolder(folder.resolve("report.html")));
    MachineInfo machine = MachineInfo.read(date);
    out.println(machine.markdown());
    out.flush();
    Collection<RunResult> results = results();
    List<Score> scores = results.stream().map(Score::of).toList();
    if (scores.size() > 1) {
      out.println();
      out.print(JmhTable.of(scores));
    }
    settings.json().ifPresent(file -> json(file, results, machine));
    settings.html().ifPresent(folder -> html(folder.resolve("report.html"), scores, machine));
    out.flush();
  }

  private Collection<RunResult> results() {
    JmhProgress progress = new JmhProgress(out, terminal, count());
    OutputFormat format =
        settings.verbose()
            ? OutputFormatFactory.createFormatInstance(
                new PrintStream(System.out, true, StandardCharsets.UTF_8), VerboseMode.NORMAL)
            : progress;
    try {
      return new Runner(options(), format).run();
    } catch (ProfilersFailedException wrong) {
      Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
      throw new NodeFailure(
          "--profiler " + String.join(", ", settings.profilers()) + " cannot be used",
          firstLine(cause.getMessage()),
          "Leave it away or choose another one",
          wrong);
    } catch (RunnerException failed) {
      throw failure(failed, progress);
    }
  }

  private static NodeFailure failure(RunnerException failed, JmhProgress progress) {
    if (firstLine(failed.getMessage()).contains("jmh.lock")) {
      return new NodeFailure(
          "Another JMH run is under way on this machine",
          "the two would disturb each other",
          "Wait for it, or set LES_JAVA_OPTS=-Djmh.ignoreLock=true if you accept that",
          failed);
    }
    String why = progress.failure();
    return new NodeFailure(
        "The benchmark " + progress.current() + " failed",
        why.isEmpty() ? firstLine(failed.getMessage()) : why,
        "--verbose shows all that it wrote",
        failed);
  }

  /** Without a full stop, which the sentence around it will have. */
  private static String firstLine(@Nullable String message) {
    String first = message == null ? "" : message.lines().findFirst().orElse("");
    return first.isBlank() ? "no reason given" : first.strip().replaceFirst("\\.+$", "");
  }

  private int count() {
    int count = 0;
    for (Suite.Entry entry : settings.benchmarks()) {
      int runs = entry.modes();
      for (Map.Entry<String, List<String>> parameter : entry.parameters().entrySet()) {
        runs *= settings.parameters().getOrDefault(parameter.getKey(), parameter.getValue()).size();
      }
      count += runs;
    }
    return count;
  }

  private Options options() {
    ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true).addProfiler("gc");
    settings.benchmarks().forEach(e -> options.include("^" + Pattern.quote(e.method()) + "$"));
    settings.profilers().forEach(options::addProfiler);
    settings.forks().ifPresent(options::forks);
    settings.iterations().ifPresent(options::measurementIterations);
    settings.warmup().ifPresent(options::warmupIterations);
    settings
        .time()
        .map(time -> new TimeValue(time.toNanos(), TimeUnit.NANOSECONDS))
        .ifPresent(time -> options.measurementTime(time).warmupTime(time));
    settings
        .parameters()
        .forEach((name, values) -> options.param(name, values.toArray(String[]::new)));
    return options.build();
  }

  private static void requireFolder(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      if (Files.isDirectory(file)) {
        throw new IOException("it is a folder");
      }
    } catch (IOException refused) {
      throw unwritable(file, refused);
    }
  }

  private void json(Path file, Collection<RunResult> results, MachineInfo machine) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ResultFormatFactory.getInstance(
            ResultFormatType.JSON, new PrintStream(bytes, true, StandardCharsets.UTF_8))
        .writeOut(results);
    try {
      replace(file, bytes.toByteArray());
      String name = String.valueOf(file.getFileName()).replaceFirst("\\.json$", "");
      Path beside = file.resolveSibling(name + ".machine.json");
      replace(
          beside,
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(machine.json()));
      out.println("Results: " + file + ", machine: " + beside);
    } catch (IOException refused) {
      throw unwritable(file, refused);
    }
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      Files.write(partial, content);
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void html(Path file, List<Score> scores, MachineInfo machine) {
    try {
      HtmlReport.of(JmhReport.of(scores, machine)).write(file);
      out.println("Report: " + file);
    } catch (IOException refused) {
      throw unwritable(file, refused);
    }
  }

  private static NodeFailure unwritable(Path file, IOException refused) {
    return new NodeFailure(
        "Results cannot be written to " + file,
        String.valueOf(refused.getMessage()),
        "Name a file in a folder that can be written to",
        refused);
  }
}
