package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * What is promised is what is given. geth divides by the capacity twice and promises too little.
 */
class CapacityQueryTest {

  private static final long MIN_CAPACITY = 1000;

  private static PoolBench fullPool(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PoolBench bench = new PoolBench(PoolSettings.of(MIN_CAPACITY).withTimeConstants(0, 0));
    bench.pool.setDefaultFactors(PriceFactors.DEFAULT, PriceFactors.DEFAULT);
    bench.pool.setLimits(12, 40 * MIN_CAPACITY, 0);
    for (int i = 0; i < 12; i++) {
      bench.add(i, random.nextLong(1_000_000_000_000L));
      bench.connect(i);
      bench.request(i, random.nextLong(8 * MIN_CAPACITY));
    }
    return bench;
  }

  @Test
  void whatIsPromisedForMoreTokensIsGivenAfterAddingThem() {
    int raised = 0;
    for (long seed = 0; seed < 40; seed++) {
      PoolBench bench = fullPool(seed);
      int client = (int) (seed % 12);
      long add = 5_000_000_000_000L;
      long bias = PoolSettings.DEFAULT_CONNECTED_BIAS_NANOS;
      long promised =
          bench
              .pool
              .capacityQuery(PoolBench.id(client), PoolBench.address(client), List.of(add), bias, 0)
              .getFirst();
      bench.add(client, add);
      long before = bench.capacity(client);
      if (before == 0 || promised <= before) {
        continue;
      }
      assertThat(bench.request(client, promised)).isEqualTo(new CapacityReply.Assigned(promised));
      long more = promised + promised / 4;
      assertThat(bench.request(client, more))
          .as("more than promised")
          .isEqualTo(new CapacityReply.Assigned(promised));
      raised++;
    }
    assertThat(raised).isGreaterThan(10);
  }

  @Test
  void gethPromisesLess() {
    PoolBench bench = fullPool(1);
    List<Long> tokens = List.of(2_000_000_000_000L, 20_000_000_000_000L, 200_000_000_000_000L);
    ClientId stranger = PoolBench.id(20);
    List<Long> ours = bench.pool.capacityQuery(stranger, "", tokens, MINUTE, 0);
    List<Long> geths =
        bench.pool.capacityQuery(
            stranger, "", tokens, MINUTE, (priority, capacity) -> priority / capacity, 0);
    assertThat(geths).isNotEqualTo(ours);
    assertThat(ours.getLast()).isEqualTo(40 * MIN_CAPACITY);
    for (int i = 0; i < tokens.size(); i++) {
      assertThat(geths.get(i)).isLessThanOrEqualTo(ours.get(i));
    }
  }

  @Test
  void whoHasNoTokensGetsTheMinimumAtMost() {
    PoolBench bench = new PoolBench(PoolSettings.of(MIN_CAPACITY));
    bench.pool.setLimits(10, 40 * MIN_CAPACITY, 0);
    assertThat(
            bench.pool.capacityQuery(
                PoolBench.id(0), "somewhere", List.of(0L, Long.MIN_VALUE, 1_000_000_000L), 0, 0))
        .containsExactly(MIN_CAPACITY, MIN_CAPACITY, 40 * MIN_CAPACITY);
    bench.pool.setLimits(0, 0, 0);
    assertThat(bench.pool.capacityQuery(PoolBench.id(0), "somewhere", List.of(5L), 0, 0))
        .containsExactly(0L);
  }
}
