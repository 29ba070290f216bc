package io.lesnode.flowcontrol.server;

import java.util.List;

/**
 * A piecewise linear function of the recharge that clients are promised (x) to what the server
 * wants to give in total (y), both in units per millisecond.
 */
public record RechargeCurve(List<Point> points) {

  /** A corner of the curve. */
  public record Point(long x, long y) {}

  /** No curve: nobody gets more than promised. */
  public static final RechargeCurve NONE = new RechargeCurve(List.of());

  /** Refuses corners that run backwards. */
  public RechargeCurve {
    points = List.copyOf(points);
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).x() < points.get(i - 1).x()) {
        throw new IllegalArgumentException("A recharge curve must not run backwards: " + points);
      }
    }
  }

  /** The curve of an idle server: a tenth of the clients' demand already gets everything. */
  public static RechargeCurve idle(long totalRecharge) {
    return new RechargeCurve(
        List.of(
            new Point(0, 0),
            new Point(totalRecharge / 10, totalRecharge),
            new Point(totalRecharge, totalRecharge)));
  }

  /** The curve of a server that is importing a block: no bonus. */
  public static RechargeCurve busy(long totalRecharge) {
    return new RechargeCurve(List.of(new Point(0, 0), new Point(totalRecharge, totalRecharge)));
  }

  /** The last y, the most that is ever given. */
  public long totalRecharge() {
    return points.isEmpty() ? 0 : points.getLast().y();
  }

  /** The value at a point; constant beyond the ends. */
  public double valueAt(long x) {
    if (points.isEmpty()) {
      return 0;
    }
    int high = 0;
    while (high < points.size() && x > points.get(high).x()) {
      high++;
    }
    if (high == 0) {
      return points.getFirst().y();
    }
    Point from = points.get(high - 1);
    if (high == points.size()) {
      return from.y();
    }
    Point to = points.get(high);
    long dx = to.x() - from.x();
    if (dx < 1) {
      return from.y();
    }
    return from.y() + (double) (to.y() - from.y()) * (double) (x - from.x()) / (double) dx;
  }
}
