package io.lesnode.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingTest {
  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheTwoMiddleOnes() {
    assertThat(Spread.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Spread.of(9, 1, 5, 7).median()).isEqualTo(6);
    assertThat(Spread.of(3).median()).isEqualTo(3);
    assertThat(Spread.of(9, 1, 5).least()).isEqualTo(1);
    assertThat(Spread.of(9, 1, 5).most()).isEqualTo(9);
  }

  @Test
  void roundsWithoutANumberAreNoSpread() {
    assertThatThrownBy(() -> new Spread(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Spread.of(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void barsAreHeldAgainstMedians() {
    Finding finding =
        Finding.of(
            Series.RAW,
            "192 headers",
            "server CPU",
            "µs",
            Spread.of(200, 290, 900),
            Spread.of(2_900));

    assertThat(finding.ratio()).hasValue(0.1);
    assertThat(finding.isMet()).isEmpty();
    assertThat(finding.with(new Bar.AtMost(300)).isMet()).hasValue(true);
    assertThat(finding.with(new Bar.AtMost(289)).isMet()).hasValue(false);
    assertThat(finding.with(new Bar.RatioAtMost(0.1)).isMet()).hasValue(true);
    assertThat(finding.with(new Bar.RatioAtLeast(1)).isMet()).hasValue(false);
  }

  @Test
  void whatWasNotMeasuredIsNeitherMetNorMissed() {
    Finding half =
        new Finding(
            Series.IDLE,
            "200 idle connections",
            "memory",
            "KiB",
            Optional.empty(),
            Optional.of(Spread.of(53)),
            Optional.of(new Bar.AtMost(30)));

    assertThat(half.isMet()).isEmpty();
    assertThat(half.ratio()).isEmpty();
  }

  @Test
  void theTableAlignsAndSaysWhatIsMissed() {
    StringWriter text = new StringWriter();
    Findings findings = new Findings(new PrintWriter(new StringWriter()));
    findings.add(
        Finding.of(Series.RAW, "1 code", "server CPU", "µs", Spread.of(24), Spread.of(41.5))
            .with(new Bar.AtMost(25)));
    findings.add(
        Finding.of(
                Series.RAW,
                "192 headers",
                "server CPU",
                "µs",
                Spread.of(310, 305, 1_333),
                Spread.of(2_100))
            .with(new Bar.AtMost(300)));
    findings.note("A note.");
    findings.note("A note.");

    new ComparisonTable(findings).print(new PrintWriter(text, true));

    assertThat(text.toString().lines())
        .containsExactly(
            "",
            "Raw serving rate, priority capacity",
            "                                      ours   geth  unit  ours/geth  bar",
            "  1 code       server CPU             24.0   41.5  µs        0.58×  ≤ 25   ✓",
            "  192 headers  server CPU  310 (305–1,333)  2,100  µs        0.15×  ≤ 300  ✗",
            "",
            "A note.");
    assertThat(new ComparisonTable(findings).markdown())
        .contains("| 1 code | server CPU | 24.0 | 41.5 | µs | 0.58× | ≤ 25 | ✓ |");
  }
}
