package io.lesnode.benchmarks.report;

import java.util.List;

/** Writes the blocks that are plain HTML: text, key figures, tables, bars and heat maps. */
final class BlockWriter {
  private final Html html;

  BlockWriter(Html html) {
    this.html = html;
  }

  void text(Text text) {
    for (String paragraph : text.text().split("\n[ \t]*\n", -1)) {
      html.element("p", "", paragraph.strip());
    }
    html.raw("\n");
  }

  void figures(KeyFigures figures) {
    html.raw("<div class=\"keys\">");
    for (KeyFigures.Figure figure : figures.figures()) {
      html.raw("<div class=\"key\">").element("div", "kl", figure.label());
      html.element("div", "kv", figure.value());
      if (!figure.note().isEmpty()) {
        html.element("div", "kn", figure.note());
      }
      html.raw("</div>");
    }
    html.raw("</div>\n");
  }

  void table(Table table) {
    html.raw("<div class=\"tw\"><table>");
    if (!table.caption().isEmpty()) {
      html.element("caption", "", table.caption());
    }
    html.raw("<thead><tr>");
    for (Table.Column column : table.columns()) {
      html.raw(column.number() ? "<th class=\"n\" scope=\"col\">" : "<th scope=\"col\">");
      html.text(column.name());
      if (!column.unit().isEmpty()) {
        html.element("small", "", column.unit());
      }
      html.raw("</th>");
    }
    html.raw("</tr></thead><tbody>");
    int shown = Math.min(table.rows().size(), Table.MOST_ROWS);
    for (List<String> row : table.rows().subList(0, shown)) {
      html.raw("<tr>");
      for (int i = 0; i < row.size(); i++) {
        html.element("td", cellClass(table.columns().get(i), row.get(i)), row.get(i));
      }
      html.raw("</tr>\n");
    }
    if (shown < table.rows().size()) {
      html.raw("<tr><td colspan=\"" + table.columns().size() + "\">");
      html.raw((table.rows().size() - shown) + " more rows are not shown</td></tr>");
    }
    html.raw("</tbody></table></div>\n");
  }

  private static String cellClass(Table.Column column, String cell) {
    String mark = cell.startsWith("✓") ? "ok" : cell.startsWith("✗") ? "no" : "";
    String number = column.number() ? "n" : "";
    return mark.isEmpty() || number.isEmpty() ? number + mark : number + " " + mark;
  }

  void bars(BarPlot plot) {
    html.raw("<figure class=\"plot bars\"><figcaption>").text(plot.title()).raw("</figcaption>");
    if (plot.series().size() > 1) {
      PlotWriter.legend(html, plot.series(), 0);
    }
    double all = plot.groups().stream().mapToDouble(BlockWriter::largest).max().orElse(0);
    for (BarPlot.Group group : plot.groups()) {
      group(plot, group, plot.relative() ? largest(group) : all);
    }
    if (plot.groups().isEmpty()) {
      html.raw("<div class=\"none\">No data</div>");
    }
    note(plot);
  }

  private void group(BarPlot plot, BarPlot.Group group, double full) {
    html.raw("<div class=\"bg\">").element("div", "bl", group.label()).raw("<div class=\"bs\">");
    if (group.limit().isPresent() && full > 0) {
      double limit = group.limit().getAsDouble();
      html.raw("<span class=\"lt\"><b class=\"lim\" style=\"left:" + share(limit, full));
      html.raw("\" title=\"limit ").text(plot.unit().format(limit)).raw("\"></b></span>");
    }
    for (int i = 0; i < group.values().size(); i++) {
      double value = group.values().get(i);
      html.raw("<div class=\"br\"><span class=\"bt\"><b class=\"c" + i % PlotWriter.COLOURS);
      html.raw("\" style=\"width:" + share(value, full) + "\"></b></span>");
      html.element("span", "bv", plot.unit().format(value)).raw("</div>");
    }
    html.raw("</div></div>\n");
  }

  private static String share(double value, double full) {
    boolean drawn = Double.isFinite(value) && value > 0 && full > 0;
    return Html.percent(drawn ? Math.min(1, value / full) : 0);
  }

  private static double largest(BarPlot.Group group) {
    double values =
        group.values().stream().filter(Double::isFinite).mapToDouble(v -> v).max().orElse(0);
    return Math.max(values, group.limit().orElse(0));
  }

  void heat(HeatMap plot) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (List<Double> row : plot.values()) {
      for (double value : row) {
        least = Double.isFinite(value) ? Math.min(least, value) : least;
        most = Double.isFinite(value) ? Math.max(most, value) : most;
      }
    }
    html.raw("<figure class=\"plot\"><figcaption>").text(plot.title()).raw("</figcaption>");
    html.raw("<div class=\"tw\"><table class=\"heat\"><thead><tr><th>");
    html.text(plot.down() + " ↓ " + plot.across() + " →").raw("</th>");
    plot.columns().forEach(column -> html.element("th", "n", column));
    html.raw("</tr></thead><tbody>");
    for (int i = 0; i < plot.rows().size(); i++) {
      html.raw("<tr>").element("th", "", plot.rows().get(i));
      for (double value : plot.values().get(i)) {
        cell(plot.unit(), value, most > least ? (value - least) / (most - least) : 0.5);
      }
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>");
    note(plot);
  }

  private void cell(Unit unit, double value, double place) {
    if (!Double.isFinite(value)) {
      html.raw("<td class=\"n\">–</td>");
      return;
    }
    html.raw("<td class=\"n" + (place > 0.55 ? " hot" : "") + "\" style=\"--v:");
    html.raw(Html.percent(place) + "\">").text(unit.format(value)).raw("</td>");
  }

  private void note(Plot plot) {
    if (!plot.note().isEmpty()) {
      html.element("p", "note", plot.note());
    }
    html.raw("</figure>\n");
  }
}
