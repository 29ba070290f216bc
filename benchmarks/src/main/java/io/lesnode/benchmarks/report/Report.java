package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * What one HTML file shows.
 *
 * @param title the headline
 * @param subtitle a line below it: what was measured, where, when; may be empty
 * @param sections in order
 */
public record Report(String title, String subtitle, List<Section> sections) {
  /** Copies the list. */
  public Report {
    sections = List.copyOf(sections);
  }
}
