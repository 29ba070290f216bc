package io.lesnode.benchmarks.sim.lab;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.report.HtmlReport;
import io.lesnode.benchmarks.report.Unit;
import io.lesnode.benchmarks.sim.scenario.Figure;
import io.lesnode.benchmarks.sim.scenario.GroupSpec;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import io.lesnode.benchmarks.sim.scenario.SimEngine;
import io.lesnode.benchmarks.sim.scenario.SimResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Runs scenarios and writes what they gave. Immutable but for the progress. */
public final class SimRuns {
  private final SimEngine engine;
  private final RunProgress progress;

  /** Runs with an engine. */
  public SimRuns(SimEngine engine, RunProgress progress) {
    this.engine = engine;
    this.progress = progress;
  }

  /**
   * A run that is over.
   *
   * @param scenario that was run
   * @param result what it gave
   */
  public record Done(Scenario scenario, SimResult result) {

    /** What was expected and is not so, each as one sentence. */
    public List<String> missed() {
      return Checked.all(scenario, result).stream()
          .filter(check -> !check.holds())
          .map(Checked::sentence)
          .toList();
    }

    /** How many expectations there are. */
    public int expected() {
      return scenario.expectations().size();
    }

    /**
     * Writes series.csv, summary.json, scenario.yaml and report.html.
     *
     * @throws NodeFailure if the folder cannot be written to
     */
    public void write(Path folder) {
      List<Checked> checks = Checked.all(scenario, result);
      Map<String, ResultFolder.Content> files = new LinkedHashMap<>();
      files.put("scenario.yaml", ResultFolder.Content.of(ScenarioFile.write(scenario)));
      files.put("series.csv", out -> ResultText.writeSeries(out, result.series()));
      files.put("summary.json", ResultFolder.Content.of(ResultText.summary(result, checks)));
      files.put(
          "report.html",
          ResultFolder.Content.of(HtmlReport.of(SimReport.of(scenario, result, checks)).text()));
      ResultFolder.write(folder, files);
    }

    /** The main figures as lines for a person. */
    public List<String> lines() {
      List<List<String>> rows = new ArrayList<>();
      rows.add(
          List.of("GROUP", "CLIENTS", "CONNECTED", "SERVED", "SHARE", "P50", "P99", "REFUSED"));
      for (GroupSpec group : scenario.groups()) {
        String name = group.name();
        rows.add(
            List.of(
                name,
                Integer.toString(group.count()),
                figure(name, "connected.mean"),
                figure(name, "served.requests"),
                figure(name, "served.share"),
                figure(name, "latency.p50"),
                figure(name, "latency.p99"),
                figure(name, "refused.connections")));
      }
      List<String> lines = new ArrayList<>(TextTable.lines(rows));
      lines.add(
          "served %s requests, utilisation %s, fairness %s, %s freezes, %d events"
              .formatted(
                  figure("", "served.requests"),
                  figure("", "utilisation"),
                  figure("", "fairness"),
                  figure("", "freezes"),
                  result.events()));
      result
          .figure("", "revenue")
          .ifPresent(revenue -> lines.add("revenue " + FigureText.of(revenue)));
      return lines;
    }

    private String figure(String group, String key) {
      Optional<Figure> figure = result.figure(group, key);
      return figure.map(FigureText::of).orElse("-");
    }
  }

  /**
   * Runs one scenario.
   *
   * @throws NodeFailure if it was given up, or broke a law of the server
   */
  public Done run(Scenario scenario) {
    long startNanos = System.nanoTime();
    SimEngine.Progress told =
        (nowNanos, events) ->
            progress.show(
                (double) nowNanos / scenario.durationNanos(),
                text(scenario, nowNanos, events, System.nanoTime() - startNanos));
    return new Done(scenario, result(engine, scenario, told));
  }

  /** Runs and puts what may go wrong into words. */
  static SimResult result(SimEngine engine, Scenario scenario, SimEngine.Progress told) {
    try {
      return engine.run(scenario, told);
    } catch (CancellationException e) {
      throw new NodeFailure(
          "the simulation of " + scenario.name() + " was given up",
          "it was interrupted",
          "Nothing was written of it",
          e);
    } catch (IllegalStateException e) {
      throw new NodeFailure(
          "the simulation of " + scenario.name() + " broke a law that must hold",
          String.valueOf(e.getMessage()),
          "This is a bug; report it with the scenario and the seed " + scenario.seed(),
          e);
    }
  }

  private static String text(Scenario scenario, long nowNanos, long events, long elapsedNanos) {
    return String.format(
        Locale.ROOT,
        "%s: %s of %s, %.0f events/s",
        scenario.name(),
        Unit.ELAPSED_NANOS.format((double) nowNanos),
        Unit.ELAPSED_NANOS.format((double) scenario.durationNanos()),
        events / Math.max(1e-9, elapsedNanos / 1e9));
  }
}
