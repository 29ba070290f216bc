package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lesnode.flowcontrol.cost.BaseCosts;
import io.lesnode.flowcontrol.cost.CostModel;
import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fit, its bounds, and the file. */
class MeasuredCostsTest {

  private static final Instant TIME = Instant.parse("2026-11-21T13:00:00Z");

  @TempDir Path directory;

  private static MeasuredCosts.Run run(BenchmarkSetup.Type type, int amount, long nanos) {
    return new MeasuredCosts.Run(
        BenchmarkSetup.ofAmount(type, amount), new BenchmarkResult.Measured(100, nanos, 40, 600));
  }

  private static MeasuredCosts of(MeasuredCosts.Run... runs) {
    return MeasuredCosts.of(List.of(runs), TIME, 7, Bytes32.ZERO);
  }

  @Test
  void aLineIsFoundExactly() {
    MeasuredCosts costs =
        of(
            run(BenchmarkSetup.Type.HEADER, 1, 21_000),
            run(BenchmarkSetup.Type.HEADER, 16, 36_000),
            run(BenchmarkSetup.Type.HEADER, 192, 212_000));
    assertThat(costs.averageTimeNanos())
        .isEqualTo(Map.of(RequestKind.HEADERS, new RequestCost(20_000, 1_000)));
  }

  @Test
  void noPartOfALineIsNegative() {
    RequestCost steep =
        of(run(BenchmarkSetup.Type.BODY, 1, 1_000), run(BenchmarkSetup.Type.BODY, 32, 64_000))
            .averageTimeNanos()
            .get(RequestKind.BODIES);
    assertThat(steep.base()).isZero();
    assertThat(steep.perItem()).isCloseTo(1_200L, within(1L)); // least relative errors: 1.2 µs
    RequestCost falling =
        of(run(BenchmarkSetup.Type.BODY, 1, 5_000), run(BenchmarkSetup.Type.BODY, 32, 4_000))
            .averageTimeNanos()
            .get(RequestKind.BODIES);
    assertThat(falling.perItem()).isZero();
    assertThat(falling.base()).isBetween(4_000L, 5_000L);
    assertThat(of(run(BenchmarkSetup.Type.BODY, 4, 8_000)).averageTimeNanos())
        .isEqualTo(Map.of(RequestKind.BODIES, new RequestCost(0, 2_000)));
  }

  @Test
  void theDearerHelperTrieCounts() {
    MeasuredCosts costs =
        of(
            run(BenchmarkSetup.Type.CHT, 1, 10_000),
            run(BenchmarkSetup.Type.CHT, 64, 640_000),
            run(BenchmarkSetup.Type.BLOOM, 1, 30_000),
            run(BenchmarkSetup.Type.BLOOM, 64, 156_000));
    assertThat(costs.averageTimeNanos())
        .isEqualTo(Map.of(RequestKind.HELPER_TRIE_PROOFS, new RequestCost(28_000, 10_000)));
  }

  @Test
  void nothingIsFreeAndNothingUnpayable() {
    BaseCosts none = of().toBaseCosts();
    assertThat(none).isEqualTo(BaseCosts.geth());
    for (long nanos : new long[] {0, Long.MAX_VALUE / 1_000}) {
      List<MeasuredCosts.Run> runs = new ArrayList<>();
      for (BenchmarkSetup setup : MeasuredCosts.plan()) {
        runs.add(run(setup.type(), setup.amount(), nanos));
      }
      BaseCosts costs = MeasuredCosts.of(runs, TIME, 7, Bytes32.ZERO).toBaseCosts();
      for (RequestKind kind : RequestKind.all()) {
        long geth = kind.averageTimeNanos().perItem();
        assertThat(costs.averageTimeNanos(kind).perItem())
            .as("%s", kind)
            .isBetween(geth / 100, geth * 100);
      }
      CostModel model = new CostModel(100, 0, 0, 1, costs);
      assertThat(model.costTable(1).isComplete()).isTrue();
      assertThat(model.minCapacity()).isPositive();
      assertThat(model.defaultParams().bufferLimit()).isPositive();
    }
  }

  @Test
  void theFileKeepsAll() throws IOException {
    MeasuredCosts costs =
        MeasuredCosts.of(
            List.of(
                run(BenchmarkSetup.Type.PROOF, 1, 9_000),
                new MeasuredCosts.Run(
                    BenchmarkSetup.of(BenchmarkSetup.Type.CHT),
                    new BenchmarkResult.Failed("no processed sections available"))),
            TIME,
            7,
            Bytes32.ZERO);
    Path file = directory.resolve(MeasuredCosts.FILE_NAME);
    assertThat(MeasuredCosts.load(file)).isEmpty();
    costs.store(file);
    costs.store(file);
    assertThat(MeasuredCosts.load(file)).contains(costs);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
    assertThat(costs.machine()).contains("processors");
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    Path file = directory.resolve(MeasuredCosts.FILE_NAME);
    of(run(BenchmarkSetup.Type.PROOF, 1, 9_000)).store(file);
    String good = Files.readString(file);
    for (String bad :
        List.of(
            "",
            good.substring(0, good.length() / 2),
            good.replace("\"version\" : 1", "\"version\" : 2"),
            good.replace("9000", "-9000"),
            good.replace("\"amount\" : 1", "\"amount\" : 1000"),
            good.replace("\"proof\"", "\"prof\""),
            good.replace("2026-11-21", "2026-13-21"),
            good.replace("\"jdk\"", "\"vm\""))) {
      assertThat(bad).isNotEqualTo(good);
      Files.writeString(file, bad);
      assertThatThrownBy(() -> MeasuredCosts.load(file))
          .as(bad)
          .isInstanceOf(MeasuredCosts.UnusableException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("measure again");
    }
  }
}
