package io.lesnode.chain.consensustests;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Counts of a run. Thread-safe. */
final class Tally {
  private static final int SHOWN_FAILURES = 40;

  private final TreeMap<String, Integer> skipped = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private int passed;
  private int failed;

  synchronized void pass() {
    passed++;
  }

  synchronized void fail(String test, String why) {
    failed++;
    failures.add(test + ": " + why);
  }

  synchronized void skip(String reason) {
    skipped.merge(reason, 1, Integer::sum);
  }

  synchronized int passed() {
    return passed;
  }

  synchronized int failed() {
    return failed;
  }

  /** One line of counts, then the first failures. */
  synchronized String report(String suite) {
    StringBuilder text =
        new StringBuilder(suite + ": " + passed + " passed, " + failed + " failed");
    skipped.forEach(
        (reason, count) -> text.append(", ").append(count).append(" skipped (" + reason + ")"));
    failures.stream()
        .sorted()
        .limit(SHOWN_FAILURES)
        .forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }
}
