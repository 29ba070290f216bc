package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/** Adds up series that are drawn on top of one another. */
final class Stack {
  private Stack() {}

  /**
   * The upper edge of each series.
   *
   * @param shares whether the last edge is 1 wherever there is anything
   * @param most how many points may be left; neighbours are averaged when there are more
   * @return as many series with at most {@code most} points
   */
  static List<Series> tops(List<Series> series, boolean shares, int most) {
    if (series.isEmpty() || series.get(0).size() == 0) {
      return List.of();
    }
    int size = series.get(0).size();
    int points = Math.min(size, Math.max(2, most));
    double[] xs = new double[points];
    double[][] sums = new double[series.size()][points];
    for (int point = 0; point < points; point++) {
      int from = (int) ((long) point * size / points);
      int to = (int) ((long) (point + 1) * size / points);
      xs[point] = series.get(0).x(point == points - 1 ? size - 1 : from);
      double sum = 0;
      for (int i = 0; i < series.size(); i++) {
        sum += mean(series.get(i), from, to);
        sums[i][point] = sum;
      }
      for (int i = 0; shares && i < series.size(); i++) {
        sums[i][point] = sum > 0 ? sums[i][point] / sum : 0;
      }
    }
    List<Series> tops = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      tops.add(Series.of(series.get(i).name(), xs, sums[i]));
    }
    return tops;
  }

  private static double mean(Series series, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      double value = series.y(i);
      sum += Double.isFinite(value) && value > 0 ? value : 0;
    }
    return sum / (to - from);
  }
}
