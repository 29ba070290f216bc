package io.lesnode.benchmarks.report;

import java.util.List;

/**
 * A part of a report under its own headline.
 *
 * @param title the headline
 * @param blocks in order; plots that follow one another share rows on a wide screen
 */
public record Section(String title, List<Block> blocks) {
  /** Copies the list. */
  public Section {
    blocks = List.copyOf(blocks);
  }

  /** The same for blocks that are known one by one. */
  public static Section of(String title, Block... blocks) {
    return new Section(title, List.of(blocks));
  }
}
