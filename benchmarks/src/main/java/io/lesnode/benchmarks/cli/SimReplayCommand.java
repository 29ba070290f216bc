package io.lesnode.benchmarks.cli;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.sim.lab.Replays;
import io.lesnode.benchmarks.sim.lab.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code les sim replay}: recorded traces against the code. */
@Command(
    name = "replay",
    description = {
      "Feed traces recorded of geth to the flow control and client pool, and compare every number.",
      "A trace is a file of JSON lines (.jsonl, .jsonl.gz); a folder stands for all below it."
    })
final class SimReplayCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "TRACE", description = "Files or folders of traces.")
  List<Path> sources = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Override
  public Integer call() {
    List<Replays.Outcome> outcomes =
        SimInput.explained(() -> Replays.files(sources).stream().map(Replays::replay).toList());
    PrintWriter out = spec.commandLine().getOut();
    print(out, outcomes);
    List<Replays.Outcome> different = outcomes.stream().filter(o -> !o.isEqual()).toList();
    if (!different.isEmpty()) {
      Replays.Outcome first = different.getFirst();
      throw new NodeFailure(
          different.size() + " of " + outcomes.size() + " traces differ",
          first.file() + " " + first.difference(),
          "",
          null);
    }
    if (outcomes.stream().allMatch(o -> o.kind().isEmpty())) {
      throw new NodeFailure(
          "nothing was replayed",
          "no file begins like a trace of credit, estimates, costs or the client pool",
          "docs/simulator.md says what a trace looks like",
          null);
    }
    return 0;
  }

  private static void print(PrintWriter out, List<Replays.Outcome> outcomes) {
    List<List<String>> rows = new ArrayList<>();
    List<String> notes = new ArrayList<>(List.of("RESULT"));
    rows.add(List.of("TRACE", "LINES", "EQUAL", "OF"));
    long equal = 0;
    for (Replays.Outcome outcome : outcomes) {
      boolean isSkipped = outcome.kind().isEmpty();
      rows.add(
          List.of(
              outcome.file().toString(),
              isSkipped ? "-" : Integer.toString(outcome.lines()),
              isSkipped ? "-" : Integer.toString(outcome.equal()),
              isSkipped ? "-" : outcome.kind()));
      notes.add(note(outcome));
      equal += outcome.equal();
    }
    List<String> lines = TextTable.lines(rows);
    for (int i = 0; i < lines.size(); i++) {
      out.println(lines.get(i) + "  " + notes.get(i));
    }
    long skipped = outcomes.stream().filter(o -> o.kind().isEmpty()).count();
    long known = outcomes.stream().filter(o -> !o.known().isEmpty()).count();
    out.println(
        equal
            + " lines of "
            + (outcomes.size() - skipped)
            + " traces are equal; "
            + known
            + " traces end at a known difference; "
            + skipped
            + " files are no such traces");
    out.flush();
  }

  private static String note(Replays.Outcome outcome) {
    if (outcome.kind().isEmpty()) {
      return "skipped: no trace of operations";
    }
    if (!outcome.isEqual()) {
      return "✗ " + outcome.difference();
    }
    return outcome.known().isEmpty() ? "✓" : "✓ until " + outcome.known();
  }
}
