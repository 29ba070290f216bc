package io.lesnode.benchmarks.cli;

import io.lesnode.benchmarks.report.Unit;
import io.lesnode.benchmarks.sim.lab.ScenarioLibrary;
import io.lesnode.benchmarks.sim.lab.TextTable;
import io.lesnode.benchmarks.sim.scenario.Scenario;
import io.lesnode.benchmarks.sim.scenario.ScenarioFile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code les sim list}: the library. */
@Command(name = "list", description = "List the scenarios that come with the program.")
final class SimListCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "CLIENTS", "TIME", "RUNS"));
    List<String> shows = new ArrayList<>(List.of("SHOWS"));
    for (String name : ScenarioLibrary.names()) {
      ScenarioFile file = ScenarioLibrary.find(name).orElseThrow();
      Scenario scenario = file.sweep().map(s -> file.at(s.point(0))).orElse(file).scenario();
      rows.add(
          List.of(
              name,
              Integer.toString(scenario.clients()),
              Unit.ELAPSED_NANOS.format((double) scenario.durationNanos()),
              file.sweep().map(sweep -> Integer.toString(sweep.points())).orElse("1")));
      shows.add(scenario.description().lines().findFirst().orElse(""));
    }
    PrintWriter out = spec.commandLine().getOut();
    List<String> lines = TextTable.lines(rows);
    for (int i = 0; i < lines.size(); i++) {
      out.println(lines.get(i) + "  " + shows.get(i));
    }
    out.println();
    out.println("les sim NAME runs one, les sim sweep NAME one of several runs;");
    out.println("les sim show NAME > my.yaml makes a file of it to change.");
    out.flush();
    return 0;
  }
}
