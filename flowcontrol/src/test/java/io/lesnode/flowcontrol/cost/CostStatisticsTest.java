package io.lesnode.flowcontrol.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The classes of relative cost at their edges, as geth's shifting puts them; base costs. */
class CostStatisticsTest {

  private static final long ESTIMATE = 700_000;

  @Test
  void classesDoubleFromASixteenth() {
    assertThat(classOf(0)).isEqualTo(0);
    assertThat(classOf(ESTIMATE / 16)).isEqualTo(0);
    assertThat(classOf(ESTIMATE / 16 + 1)).isEqualTo(1);
    assertThat(classOf(ESTIMATE / 2)).isEqualTo(3);
    assertThat(classOf(ESTIMATE)).isEqualTo(4);
    assertThat(classOf(ESTIMATE + 1)).isEqualTo(5);
    assertThat(classOf(ESTIMATE * 2)).isEqualTo(5);
    assertThat(classOf(ESTIMATE * 16)).isEqualTo(8);
    assertThat(classOf(ESTIMATE * 16 + 16)).isEqualTo(9);
    assertThat(classOf(Long.MAX_VALUE)).isEqualTo(9);
  }

  private static int classOf(long realCost) {
    CostStatistics statistics = new CostStatistics(BaseCosts.geth());
    statistics.onServed(RequestKind.BODIES, 1, 1, realCost, 1);
    return statistics.figures(RequestKind.BODIES).classes().indexOf(1L);
  }

  @Test
  void sumsGoByKindAndTheEstimateByTheFactor() {
    CostStatistics statistics = new CostStatistics(BaseCosts.geth());
    statistics.onServed(RequestKind.HEADERS, 10, 1_000, 2_000, 2);
    statistics.onServed(RequestKind.HEADERS, 1, 500, 1_000, 2);
    assertThat(statistics.figures(RequestKind.HEADERS))
        .isEqualTo(
            new CostStatistics.Figures(
                2,
                11,
                1_500,
                (150_000 + 300_000) / 2 + (150_000 + 30_000) / 2,
                List.of(2L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L)));
    assertThat(statistics.figures(RequestKind.CODE).requests()).isZero();
  }

  @Test
  void noRequestIsFreeAndNoneIsMissing() {
    Map<RequestKind, RequestCost> times = new EnumMap<>(RequestKind.class);
    RequestKind.all().forEach(kind -> times.put(kind, new RequestCost(5, 10)));
    CostModel model = new CostModel(100, 0, 0, 1, new BaseCosts(times));
    assertThat(model.costTable(1).isComplete()).isTrue();
    assertThat(model.costTable(1).cost(RequestKind.CODE)).contains(new RequestCost(10, 20));
    assertThat(model.minBufferLimit()).isEqualTo(3 * (10 + 192 * 20));
    times.put(RequestKind.CODE, new RequestCost(5, 0));
    assertThatThrownBy(() -> new BaseCosts(times)).hasMessageContaining("CODE");
    times.remove(RequestKind.CODE);
    assertThatThrownBy(() -> new BaseCosts(times)).hasMessageContaining("CODE");
  }
}
