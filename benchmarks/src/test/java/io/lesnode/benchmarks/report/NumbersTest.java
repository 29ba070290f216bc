package io.lesnode.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void timesTakeTheUnitThatSuitsThem() {
    assertThat(Unit.NANOS.format(0)).isEqualTo("0 s");
    assertThat(Unit.NANOS.format(950)).isEqualTo("950 ns");
    assertThat(Unit.NANOS.format(999.96)).isEqualTo("1 µs");
    assertThat(Unit.NANOS.format(1_250_000)).isEqualTo("1.25 ms");
    assertThat(Unit.MICROS.format(1_500_000)).isEqualTo("1.5 s");
    assertThat(Unit.SECONDS.format(12_345)).isEqualTo("12,345 s");
    assertThat(Unit.NANOS.format(Double.NaN)).isEqualTo("–");
  }

  @Test
  void theCourseOfARunIsReadAsOnAClock() {
    assertThat(Unit.ELAPSED_SECONDS.format(45)).isEqualTo("45 s");
    assertThat(Unit.ELAPSED_SECONDS.format(90)).isEqualTo("1 min 30 s");
    assertThat(Unit.ELAPSED_NANOS.format(3_600e9)).isEqualTo("1 h");
    assertThat(Unit.ELAPSED_SECONDS.format(100_000)).isEqualTo("1 d 4 h");
  }

  @Test
  void otherUnitsTakePrefixes() {
    assertThat(Unit.of("req/s").format(12_345)).isEqualTo("12.3 kreq/s");
    assertThat(Unit.BYTES.format(1_536)).isEqualTo("1.5 KiB");
    assertThat(Unit.BYTES.format(1_073_741_824)).isEqualTo("1 GiB");
    assertThat(Unit.COUNT.format(-2_500_000)).isEqualTo("−2.5 M");
    assertThat(Unit.PARTS.format(0.785)).isEqualTo("78.5 %");
    assertThat(Unit.RATIO.format(0.012_345)).isEqualTo("0.0123");
    assertThat(Unit.of("/s").format(0.125)).isEqualTo("0.125 /s");
  }

  @Test
  void numbersOfTablesAreGroupedAndRounded() {
    assertThat(Numbers.whole(3_600_000)).isEqualTo("3,600,000");
    assertThat(Numbers.whole(-1_000)).isEqualTo("−1,000");
    assertThat(Numbers.fixed(1_234.565, 1)).isEqualTo("1,234.6");
    assertThat(Numbers.significant(0.000_123_45)).isEqualTo("0.000123");
    assertThat(Numbers.significant(98_765.4)).isEqualTo("98,765");
  }

  @Test
  void ticksAreRoundNumbersThatCoverTheValues() {
    assertThat(labels(Axis.of("", Unit.COUNT), 0, 8_700))
        .containsExactly("0", "2", "4", "6", "8", "10");
    assertThat(labels(Axis.fitted("", Unit.ELAPSED_SECONDS), 0, 3_600))
        .containsExactly("0 s", "10 min", "20 min", "30 min", "40 min", "50 min", "1 h");
    assertThat(labels(Axis.logarithmic("", Unit.NANOS), 120_000, 90_000_000))
        .containsExactly("100 µs", "1 ms", "10 ms", "100 ms");
    assertThat(labels(Axis.logarithmic("", Unit.BYTES), 9e7, 7e8))
        .containsExactly("64 MiB", "128 MiB", "256 MiB", "512 MiB", "1 GiB");
    assertThat(labels(Axis.logarithmic("", Unit.COUNT), 3, 3)).hasSizeGreaterThan(1);
    assertThat(labels(Axis.of("", Unit.COUNT), 0, 0)).first().isEqualTo("0");
    assertThat(labels(Axis.fitted("", Unit.COUNT), 5, 5)).contains("5");
  }

  private static List<String> labels(Axis axis, double least, double most) {
    Scale scale = Scale.of(axis, least, most);
    assertThat(scale.ticks()).allSatisfy(t -> assertThat(t.place()).isBetween(0.0, 1.0));
    assertThat(scale.at(least)).isBetween(0.0, 1.0);
    assertThat(scale.at(most)).isBetween(scale.at(least), 1.0);
    return scale.ticks().stream().map(Scale.Tick::label).toList();
  }

  @Test
  void placesAreWhereTheValuesAre() {
    Scale even = Scale.of(Axis.of("", Unit.COUNT), 0, 10);
    assertThat(even.at(5)).isEqualTo(0.5);
    Scale logarithmic = Scale.of(Axis.logarithmic("", Unit.COUNT), 1, 10_000);
    assertThat(logarithmic.at(100)).isEqualTo(0.5);
    assertThat(logarithmic.at(0)).isNaN();
    assertThat(logarithmic.at(Double.POSITIVE_INFINITY)).isNaN();
    Scale percentile = Scale.percentiles(99.99);
    assertThat(percentile.at(99)).isCloseTo(0.5, Offset.offset(1e-9));
  }

  @Test
  void aCurveOfPercentilesIsThatOfTheHistogram() {
    Histogram histogram = new Histogram(1_000_000, 3);
    for (int i = 1; i <= 1_000; i++) {
      histogram.recordValue(i);
    }
    List<Percentiles.Step> steps = Percentiles.of("x", histogram).steps();
    assertThat(steps.get(0)).isEqualTo(new Percentiles.Step(0, 1));
    assertThat(steps.get(steps.size() - 1).value()).isEqualTo(1_000);
    assertThat(steps.get(steps.size() - 1).percentile()).isLessThan(100);
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i).percentile()).isGreaterThan(steps.get(i - 1).percentile());
      double exact = Math.ceil(steps.get(i).percentile() * 10 - 1e-6);
      assertThat(steps.get(i).value()).isBetween(exact - 1, exact + 1);
    }
  }

  @Test
  void binsHoldEveryValueOnce() {
    Histogram histogram = ReportGallery.latencies(5, 1);
    HistogramPlot plot = HistogramPlot.of("", "", Axis.of("", Unit.NANOS), histogram);
    long sum = plot.bins().stream().mapToLong(HistogramPlot.Bin::count).sum();
    // neighbours share a bucket of the histogram where ranges are finer than its precision
    assertThat((double) sum).isCloseTo(100_000, Percentage.withPercentage(1));
  }
}
