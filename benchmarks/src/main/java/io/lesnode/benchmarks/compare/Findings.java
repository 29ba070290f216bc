package io.lesnode.benchmarks.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Gathers what the series find, and says meanwhile what is being done. Confined to the thread of
 * the command.
 */
final class Findings {
  private final PrintWriter out;
  private final List<Finding> all = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /** Says on a writer what is being done. */
  Findings(PrintWriter out) {
    this.out = out;
  }

  /** What happens next, or what a round gave. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  void add(Finding finding) {
    all.add(finding);
  }

  /** Something that a reader of the figures must know. */
  void note(String note) {
    if (!notes.contains(note)) {
      notes.add(note);
    }
  }

  List<Finding> all() {
    return List.copyOf(all);
  }

  List<Finding> of(Series series) {
    return all.stream().filter(finding -> finding.series() == series).toList();
  }

  List<String> notes() {
    return List.copyOf(notes);
  }
}
