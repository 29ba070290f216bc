package io.lesnode.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final int MOST_BYTES = 2_000_000;

  @Test
  void theSameModelGivesTheSameBytesWhateverTheLocale() {
    String first = HtmlReport.of(ReportGallery.report()).text();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(HtmlReport.of(ReportGallery.report()).text()).isEqualTo(first);
    } finally {
      Locale.setDefault(before);
    }
  }

  /**
   * Written down on one JDK, so that the build on another proves that bytes do not depend on it.
   */
  @Test
  void theBytesAreThoseOfEveryMachine() throws NoSuchAlgorithmException {
    String html = HtmlReport.of(ReportGallery.report()).text();
    String main = html.substring(html.indexOf("<main>"), html.indexOf("</main>"));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(main.getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(digest))
        .isEqualTo("1ca6e0ef884d4426d9e5406e138a473795c6f96bbf8aa003f54e6ac741b0989c");
  }

  @Test
  void nothingIsLoadedFromElsewhere() {
    String html = HtmlReport.of(ReportGallery.report()).text();
    assertThat(html).contains("default-src 'none'");
    assertThat(html).doesNotContain("http://").doesNotContain("https://").doesNotContain("@import");
    assertThat(html).doesNotContainPattern("(src|href)=\"(?!#|data:,)");
  }

  @Test
  void namesCannotBecomeMarkup() {
    String hostile = "</style><script>alert(1)</script>\"'&\u0000\u202e";
    Axis axis = Axis.of(hostile, Unit.of(hostile));
    Series series = Series.of(hostile, new double[] {1, 2}, new double[] {1, 2});
    Report report =
        new Report(
            hostile,
            hostile,
            List.of(
                Section.of(
                    hostile,
                    new Text(hostile),
                    KeyFigures.of(new KeyFigures.Figure(hostile, hostile, hostile)),
                    new Table(
                        hostile,
                        List.of(Table.Column.number(hostile, hostile)),
                        List.of(List.of(hostile))),
                    new LinePlot(hostile, hostile, axis, axis, List.of(series, series)),
                    new AreaPlot(hostile, hostile, axis, axis, false, List.of(series, series)),
                    new ScatterPlot(hostile, hostile, axis, axis, List.of(series)),
                    new BarPlot(
                        hostile,
                        hostile,
                        Unit.of(hostile),
                        true,
                        List.of(hostile, hostile),
                        List.of(BarPlot.Group.of(hostile, 1, 2))),
                    new HeatMap(
                        hostile,
                        hostile,
                        hostile,
                        hostile,
                        Unit.of(hostile),
                        List.of(hostile),
                        List.of(hostile),
                        List.of(List.of(1.0))))));
    String html = HtmlReport.of(report).text();
    assertThat(html).doesNotContain("alert(1)</").doesNotContain("<script>alert");
    assertThat(html).doesNotContain("\u0000").doesNotContain("\u202e");
    assertThat(html.split("<script>", -1)).as("one script, ours").hasSize(2);
    assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
  }

  @Test
  void manyLongSeriesStayBelowTwoMegabytesAndKeepTheirPeaks() {
    int size = 200_000;
    double[] x = new double[size];
    double[] y = new double[size];
    for (int i = 0; i < size; i++) {
      x[i] = i;
      y[i] = i == 123_457 ? 1_000 : i % 10;
    }
    List<Section> sections = new ArrayList<>();
    Axis time = Axis.fitted("Time", Unit.ELAPSED_SECONDS);
    for (int plot = 0; plot < 60; plot++) {
      Series series = Series.of("s", x, y);
      sections.add(
          Section.of(
              "Plot",
              new LinePlot("p", "", time, Axis.of("y", Unit.COUNT), List.of(series, series))));
    }
    String html = HtmlReport.of(new Report("Large", "", sections)).text();
    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(MOST_BYTES);
    // the peak is the top of the axis: place 0 of the picture
    Matcher path =
        Pattern.compile("class=\"l c0 h0\" data-s=\"0\" d=\"M(\\d+) (\\d+)l([^\"]+)\"")
            .matcher(html);
    assertThat(path.find()).isTrue();
    long down = Long.parseLong(path.group(2));
    long highest = down;
    String[] numbers = path.group(3).split(" ", -1);
    for (int i = 1; i < numbers.length; i += 2) {
      down += Long.parseLong(numbers[i]);
      highest = Math.min(highest, down);
    }
    assertThat(highest).isZero();
  }

  @Test
  void longTablesEndWithWhatIsMissing() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < Table.MOST_ROWS + 7; i++) {
      rows.add(List.of("row " + i));
    }
    Table table = new Table("", List.of(Table.Column.text("name")), rows);
    String html = HtmlReport.of(new Report("t", "", List.of(Section.of("s", table)))).text();
    assertThat(html).contains("row 1999<").doesNotContain("row 2000<").contains("7 more rows");
  }

  @Test
  void aTableMustBeRegular() {
    assertThatThrownBy(
            () -> new Table("", List.of(Table.Column.text("a")), List.of(List.of("1", "2"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theFileIsReplacedAsAWhole(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("deep/er/report.html");
    HtmlReport.of(new Report("first", "", List.of())).write(file);
    HtmlReport.of(new Report("second", "", List.of())).write(file);
    assertThat(Files.readString(file)).contains("<h1>second</h1>").endsWith("</html>\n");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFolderInThePlaceOfTheFileIsAnErrorThatLeavesNothing(@TempDir Path folder)
      throws IOException {
    Path file = Files.createDirectories(folder.resolve("report.html"));
    Files.createFile(file.resolve("inside"));
    assertThatThrownBy(() -> HtmlReport.of(new Report("t", "", List.of())).write(file))
        .isInstanceOf(IOException.class);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
