package io.lesnode.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes the plots that have two axes. The picture itself is an SVG that is stretched to the room
 * there is, with lines that are not; numbers and names are HTML beside it, so that they have one
 * size on a phone and on a wide screen.
 */
final class PlotWriter {
  /** Sides of the picture in its own units. */
  private static final int SIDE = 10_000;

  /** More lines than these cannot be told apart. */
  private static final int MOST_SERIES = 32;

  static final int COLOURS = 8;

  /** The width of a character as a share of the picture's, about, and how much more on a phone. */
  private static final double CHARACTER = 0.0145;

  private static final double NARROW = 1.75;

  private final Html html;
  private final int pointsPerSeries;

  /** Writes to {@code html}, at most about so many points of each series. */
  PlotWriter(Html html, int pointsPerSeries) {
    this.html = html;
    this.pointsPerSeries = pointsPerSeries;
  }

  void line(LinePlot plot) {
    lines(plot, plot.x(), plot.y(), plot.series(), this::path);
  }

  void scatter(ScatterPlot plot) {
    lines(plot, plot.x(), plot.y(), plot.series(), this::dots);
  }

  /** Draws one series. */
  private interface Drawing {
    void draw(int index, Series series, Scale x, Scale y);
  }

  private void lines(Plot plot, Axis xAxis, Axis yAxis, List<Series> all, Drawing drawing) {
    List<Series> series = all.subList(0, Math.min(MOST_SERIES, all.size()));
    Range xs = new Range(xAxis);
    Range ys = new Range(yAxis);
    for (Series each : series) {
      for (int i = 0; i < each.size(); i++) {
        if (Double.isFinite(each.x(i)) && Double.isFinite(each.y(i))) {
          xs.add(each.x(i));
          ys.add(each.y(i));
        }
      }
    }
    boolean said = series.size() == 1 && isSaid(series.get(0).name(), plot.title(), yAxis.label());
    begin(plot, said ? List.of() : names(series), all.size() - series.size());
    if (xs.isEmpty() || ys.isEmpty()) {
      noData();
    } else {
      Scale x = xs.scale();
      Scale y = ys.scale();
      frame(
          xAxis.label(),
          yAxis.label(),
          x,
          y,
          at -> {
            for (int i = 0; i < series.size(); i++) {
              drawing.draw(i, series.get(i), x, y);
            }
          });
    }
    end(plot);
  }

  /** Whether the name of a single series is told by the plot already. */
  private static boolean isSaid(String name, String title, String label) {
    return name.equalsIgnoreCase(title) || name.equalsIgnoreCase(label);
  }

  void percentiles(PercentilePlot plot) {
    List<Series> series = new ArrayList<>();
    double most = 0;
    Range ys = new Range(plot.value());
    for (Percentiles curve : plot.curves()) {
      double[] xs = curve.steps().stream().mapToDouble(Percentiles.Step::percentile).toArray();
      double[] values = curve.steps().stream().mapToDouble(Percentiles.Step::value).toArray();
      series.add(Series.of(curve.name(), xs, values));
      for (int i = 0; i < xs.length; i++) {
        most = Math.max(most, xs[i]);
        ys.add(values[i]);
      }
    }
    List<Series> shown = series.subList(0, Math.min(MOST_SERIES, series.size()));
    begin(plot, names(shown), series.size() - shown.size());
    if (ys.isEmpty()) {
      noData();
    } else {
      Scale x = Scale.percentiles(most);
      Scale y = ys.scale();
      frame(
          "Percentile",
          plot.value().label(),
          x,
          y,
          at -> {
            for (int i = 0; i < shown.size(); i++) {
              path(i, shown.get(i), x, y);
            }
          });
    }
    end(plot);
  }

  void histogram(HistogramPlot plot) {
    Range xs = new Range(plot.value());
    Range ys = new Range(Axis.of("Count", Unit.COUNT));
    for (HistogramPlot.Bin bin : plot.bins()) {
      xs.add(bin.from());
      xs.add(bin.to());
      ys.add((double) bin.count());
    }
    begin(plot, List.of(), 0);
    if (xs.isEmpty() || ys.isEmpty()) {
      noData();
    } else {
      Scale x = xs.scale();
      Scale y = ys.scale();
      frame(plot.value().label(), "Count", x, y, at -> bins(plot.bins(), x, y));
    }
    end(plot);
  }

  private void bins(List<HistogramPlot.Bin> bins, Scale x, Scale y) {
    html.raw("<path class=\"f c0\" d=\"");
    for (HistogramPlot.Bin bin : bins) {
      long left = along(x.at(bin.from()));
      long width = Math.max(12, along(x.at(bin.to())) - left - 12);
      long height = SIDE - down(y.at((double) bin.count()));
      if (bin.count() > 0) {
        html.raw("M" + left + " " + SIDE + "v" + -Math.max(30, height));
        html.raw("h" + width + "V" + SIDE + "z");
      }
    }
    html.raw("\"/>");
  }

  void areas(AreaPlot plot) {
    List<Series> series = plot.series().subList(0, Math.min(MOST_SERIES, plot.series().size()));
    List<Series> tops = Stack.tops(series, plot.shares(), pointsPerSeries);
    Axis yAxis =
        plot.shares() ? Axis.of(plot.y().label(), Unit.PARTS) : Axis.of("", plot.y().unit());
    Range xs = new Range(Axis.fitted(plot.x().label(), plot.x().unit()));
    Range ys = new Range(yAxis);
    for (Series top : tops) {
      for (int i = 0; i < top.size(); i++) {
        xs.add(top.x(i));
        ys.add(top.y(i));
      }
    }
    begin(plot, names(series), plot.series().size() - series.size());
    if (xs.isEmpty() || ys.isEmpty()) {
      noData();
    } else {
      Scale x = xs.scale();
      Scale y = ys.scale();
      frame(plot.x().label(), plot.y().label(), x, y, at -> stacked(tops, x, y));
    }
    end(plot);
  }

  private void stacked(List<Series> tops, Scale x, Scale y) {
    for (int i = tops.size() - 1; i >= 0; i--) {
      Series top = tops.get(i);
      html.raw("<path class=\"f c" + i % COLOURS + "\" data-s=\"" + i + "\" d=\"M");
      html.raw(along(x.at(top.x(0))) + " " + SIDE + "V" + down(y.at(top.y(0))));
      for (int j = 1; j < top.size(); j++) {
        html.raw("L" + along(x.at(top.x(j))) + " " + down(y.at(top.y(j))));
      }
      html.raw("V" + SIDE + "z\"/>");
    }
  }

  private void path(int index, Series series, Scale x, Scale y) {
    List<List<Integer>> parts = Thinning.parts(series, x, y, pointsPerSeries);
    int dash = index / COLOURS % 4;
    boolean alone = parts.stream().allMatch(part -> part.size() == 1);
    html.raw("<path class=\"" + (alone ? "d" : "l") + " c" + index % COLOURS + " h" + dash);
    html.raw("\" data-s=\"" + index + "\" d=\"");
    for (List<Integer> part : parts) {
      long fromX = along(x.at(series.x(part.get(0))));
      long fromY = down(y.at(series.y(part.get(0))));
      html.raw("M" + fromX + " " + fromY + (part.size() == 1 ? "l0 0" : "l"));
      for (int i = 1; i < part.size(); i++) {
        long toX = along(x.at(series.x(part.get(i))));
        long toY = down(y.at(series.y(part.get(i))));
        html.raw((i > 1 ? " " : "") + (toX - fromX) + " " + (toY - fromY));
        fromX = toX;
        fromY = toY;
      }
    }
    html.raw("\"/>");
  }

  private void dots(int index, Series series, Scale x, Scale y) {
    int every = Math.max(1, series.size() / Math.max(1, pointsPerSeries));
    html.raw("<path class=\"d c" + index % COLOURS + "\" data-s=\"" + index + "\" d=\"");
    for (int i = 0; i < series.size(); i += every) {
      double placeX = x.at(series.x(i));
      double placeY = y.at(series.y(i));
      if (!Double.isNaN(placeX) && !Double.isNaN(placeY)) {
        html.raw("M" + along(placeX) + " " + down(placeY) + "l0 0");
      }
    }
    html.raw("\"/>");
  }

  private static long along(double place) {
    return Math.round(place * SIDE);
  }

  private static long down(double place) {
    return SIDE - Math.round(place * SIDE);
  }

  private static List<String> names(List<Series> series) {
    return series.stream().map(Series::name).toList();
  }

  private void begin(Plot plot, List<String> names, int left) {
    html.raw("<figure class=\"plot\"><figcaption>").text(plot.title()).raw("</figcaption>");
    legend(html, names, left);
  }

  /** The names of series with their colours; nothing for a single one without a name. */
  static void legend(Html html, List<String> names, int left) {
    if (names.isEmpty() || (names.size() == 1 && names.get(0).isEmpty())) {
      return;
    }
    html.raw("<ul class=\"legend\">");
    for (int i = 0; i < names.size(); i++) {
      html.raw("<li data-s=\"" + i + "\"><i class=\"k c" + i % COLOURS + " h" + i / COLOURS % 4);
      html.raw("\"></i>").text(names.get(i)).raw("</li>");
    }
    if (left > 0) {
      html.raw("<li>and " + left + " more, not drawn</li>");
    }
    html.raw("</ul>");
  }

  private void noData() {
    html.raw("<div class=\"none\">No data</div>");
  }

  private void end(Plot plot) {
    if (!plot.note().isEmpty()) {
      html.element("p", "note", plot.note());
    }
    html.raw("</figure>\n");
  }

  private void frame(String xLabel, String yLabel, Scale x, Scale y, Consumer<Html> picture) {
    html.element("div", "yl", y.labelled(yLabel));
    html.raw("<div class=\"area\" data-x=\"").text(x.forScript());
    html.raw("\" data-y=\"").text(y.forScript()).raw("\">");
    html.raw("<svg viewBox=\"0 0 10000 10000\" preserveAspectRatio=\"none\" role=\"img\"");
    html.raw(" aria-label=\"").text(yLabel + " over " + xLabel).raw("\"><path class=\"g\" d=\"");
    y.ticks().forEach(tick -> html.raw("M0 " + down(tick.place()) + "H" + SIDE));
    html.raw("\"/><path class=\"g v\" d=\"");
    x.ticks().forEach(tick -> html.raw("M" + along(tick.place()) + " 0V" + SIDE));
    html.raw("\"/>");
    picture.accept(html);
    html.raw("</svg>");
    for (Scale.Tick tick : y.ticks()) {
      html.raw("<span class=\"yt\" style=\"top:" + Html.percent(1 - tick.place()) + "\">");
      html.text(tick.label()).raw("</span>");
    }
    crowd(x.ticks());
    html.raw("</div>").element("div", "xl", x.labelled(xLabel));
  }

  /** Numbers below, without those that would overlap; fewer on a narrow screen. */
  private void crowd(List<Scale.Tick> ticks) {
    double end = -1;
    double endNarrow = -1;
    for (Scale.Tick tick : ticks) {
      double width = CHARACTER * tick.label().length();
      boolean atEdge = tick.place() > 0.96 && tick.label().length() > 5;
      double left = atEdge ? 0.82 : 0.5; // how much of it is left of its place
      if (tick.place() - left * width < end + CHARACTER) {
        continue;
      }
      end = tick.place() + (1 - left) * width;
      boolean narrow = tick.place() - left * NARROW * width >= endNarrow + NARROW * CHARACTER;
      endNarrow = narrow ? tick.place() + (1 - left) * NARROW * width : endNarrow;
      html.raw("<span class=\"xt" + (narrow ? "" : " wide") + (atEdge ? " edge" : ""));
      html.raw("\" style=\"left:" + Html.percent(tick.place()) + "\">");
      html.text(tick.label()).raw("</span>");
    }
  }

  /** The least and the largest value that an axis can show. */
  private static final class Range {
    private final Axis axis;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    Range(Axis axis) {
      this.axis = axis;
    }

    void add(double value) {
      boolean shown = axis.scale() != Axis.Scaling.LOGARITHMIC || value > 0;
      if (Double.isFinite(value) && shown) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }

    boolean isEmpty() {
      return least > most;
    }

    Scale scale() {
      return Scale.of(axis, least, most);
    }
  }
}
