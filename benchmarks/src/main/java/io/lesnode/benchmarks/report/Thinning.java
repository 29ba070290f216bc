package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses which points of a long series are drawn: of each stretch the first, the least, the
 * largest and the last, so that no peak is lost.
 */
final class Thinning {
  private static final int PER_STRETCH = 4;

  private Thinning() {}

  /**
   * Splits a series at its gaps and thins it.
   *
   * @param most how many points may be left, about
   * @return indices of points, rising, one list for each part without gaps
   */
  static List<List<Integer>> parts(Series series, Scale x, Scale y, int most) {
    int stretches = Math.max(1, most / PER_STRETCH);
    int size = series.size();
    boolean all = size <= most;
    List<List<Integer>> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    int stretch = 0;
    int begin = 0;
    for (int i = 0; i < size; i++) {
      boolean gap = Double.isNaN(x.at(series.x(i))) || Double.isNaN(y.at(series.y(i)));
      int next = all ? i : (int) ((long) i * stretches / size);
      if (gap || next != stretch) {
        take(series, begin, i, part);
        begin = gap ? i + 1 : i;
        stretch = next;
      }
      if (gap && !part.isEmpty()) {
        parts.add(part);
        part = new ArrayList<>();
      }
    }
    take(series, begin, size, part);
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private static void take(Series series, int from, int to, List<Integer> part) {
    if (from >= to) {
      return;
    }
    int least = from;
    int largest = from;
    for (int i = from; i < to; i++) {
      least = series.y(i) < series.y(least) ? i : least;
      largest = series.y(i) > series.y(largest) ? i : largest;
    }
    int[] chosen = {from, Math.min(least, largest), Math.max(least, largest), to - 1};
    for (int i : chosen) {
      if (part.isEmpty() || part.get(part.size() - 1) < i) {
        part.add(i);
      }
    }
  }
}
