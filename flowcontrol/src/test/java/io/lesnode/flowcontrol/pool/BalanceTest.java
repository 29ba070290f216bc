package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.MINUTE;
import static io.lesnode.flowcontrol.pool.PoolBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The scenarios of geth's balance_test.go, with its figures. */
class BalanceTest {

  private static final PriceFactors FACTORS = PoolBench.TIME_AND_REQUESTS;

  private PoolBench bench(long minCapacity) {
    PoolBench bench = new PoolBench(PoolSettings.of(minCapacity).withTimeConstants(0, 0));
    bench.pool.setDefaultFactors(FACTORS, FACTORS);
    bench.pool.setLimits(100, 1L << 50, 0);
    return bench;
  }

  private static void set(PoolBench bench, long positive, long negative) {
    bench.pool.setBalance(PoolBench.id(0), PoolBench.address(0), positive, negative, bench.now);
  }

  @Test
  void addsAndTakesAwayDownToZero() {
    PoolBench bench = bench(1000);
    bench.connect(0);
    assertThat(bench.add(0, 100)).isEqualTo(new BalanceChange.Changed(0, 100));
    assertThat(bench.pool.totalTokens(0)).isEqualTo(100);
    assertThat(bench.add(0, -100)).isEqualTo(new BalanceChange.Changed(100, 0));
    assertThat(bench.pool.totalTokens(0)).isZero();
    assertThat(bench.add(0, -100)).isEqualTo(new BalanceChange.Changed(0, 0));
    assertThat(bench.add(0, 1)).isEqualTo(new BalanceChange.Changed(0, 1));
    assertThat(bench.pool.totalTokens(0)).isEqualTo(1);
    assertThat(bench.add(0, Long.MAX_VALUE)).isEqualTo(new BalanceChange.Overflow(1));
    assertThat(bench.balances(0).positive()).isEqualTo(1);
  }

  @Test
  void setsBoth() {
    PoolBench bench = bench(1000);
    bench.connect(0);
    long[][] pairs = {{1000, 0}, {0, 1000}, {1000, 1000}};
    for (long[] pair : pairs) {
      set(bench, pair[0], pair[1]);
      assertThat(bench.balances(0)).isEqualTo(new ClientPool.Balances(pair[0], pair[1]));
    }
  }

  @Test
  void timeIsPaidFromTokensThenAsDebt() {
    PoolBench bench = bench(1000);
    bench.connect(0);
    for (int round = 0; round < 2; round++) {
      set(bench, MINUTE, 0);
      long[][] steps = {
        {SECOND, 59 * SECOND, 0}, {0, 59 * SECOND, 0}, {59 * SECOND, 0, 0}, {SECOND, 0, SECOND}
      };
      for (long[] step : steps) {
        bench.run(step[0]);
        assertThat(bench.balances(0)).isEqualTo(new ClientPool.Balances(step[1], step[2]));
      }
    }
  }

  @Test
  void requestsArePaidFromTokensThenAsDebt() {
    PoolBench bench = bench(1000);
    bench.connect(0);
    set(bench, MINUTE, 0);
    long[][] steps = {
      {SECOND, 59 * SECOND, 0}, {0, 59 * SECOND, 0}, {59 * SECOND, 0, 0}, {SECOND, 0, SECOND}
    };
    for (long[] step : steps) {
      assertThat(bench.pool.requestServed(bench.client(0), step[0], 0)).isEqualTo(step[1]);
      assertThat(bench.balances(0)).isEqualTo(new ClientPool.Balances(step[1], step[2]));
    }
  }

  @Test
  void priorityIsTokensPerCapacityOrDebt() {
    PoolBench bench = bench(1000);
    bench.connect(0);
    long[][] cases = {{1000, 0, 1}, {2000, 0, 2}, {0, 0, 0}, {0, 1000, -1000}};
    for (long[] each : cases) {
      set(bench, each[0], each[1]);
      assertThat(bench.client(0).balance().priority(1000)).isEqualTo(each[2]);
    }
  }

  @Test
  void estimatesCountTimeAndTwiceTheRequests() {
    PoolBench bench = bench(1_000_000_000);
    bench.connect(0);
    set(bench, MINUTE, 0);
    long[][] steps = { // time that passes, future, cost of a request, estimate
      {SECOND, SECOND, 0, 58},
      {0, SECOND, 0, 58},
      {SECOND, SECOND, 1_000_000_000, 55},
      {SECOND, 3 * SECOND, 1_000_000_000, 48},
      {55 * SECOND, 0, 0, -1},
      {0, MINUTE, 0, -MINUTE - 120 * SECOND / 29}
    };
    for (long[] step : steps) {
      bench.run(step[0]);
      bench.pool.requestServed(bench.client(0), step[2], bench.now);
      assertThat(bench.client(0).balance().estimatePriority(1_000_000_000, 0, step[1], 0, false))
          .isEqualTo(step[3]);
    }
  }

  @Test
  void tokensAreCountedWhoeverIsActive() {
    PoolBench bench = bench(1000);
    bench.pool.setLimits(0, 0, 0);
    bench.inactiveAllowanceNanos = MINUTE;
    SplittableRandom random = new SplittableRandom(3);
    long sum = 0;
    for (int i = 0; i < 100; i++) {
      bench.connect(i);
      long amount = random.nextLong(100, 200);
      bench.add(i, amount);
      sum += amount;
    }
    for (int round = 0; round < 20; round++) {
      assertThat(bench.pool.totalTokens(0)).isEqualTo(sum);
      bench.pool.setLimits(random.nextInt(100), 1L << 50, 0);
    }
  }

  /** Both halve as set up, live and after a restart, and downtime does not count. */
  @Test
  void balancesExpireAlsoOverARestart() {
    long twoHours = 7200 * SECOND;
    // time constants are whole seconds; these halve values in about two hours and one
    PoolSettings settings = PoolSettings.of(1000).withTimeConstants(10387, 5194);
    PoolBench bench = new PoolBench(settings);
    set(bench, 16_000_000_000L, 16_000_000_000L);
    bench.run(twoHours);
    ClientPool.Balances live = bench.balances(0);
    assertClose(live, 8_000_000_000L, 4_000_000_000L);
    bench.pool.stop(bench.now);
    bench.killAndReopen(settings);
    assertThat(bench.balances(0)).isEqualTo(live);
    assertThat(bench.pool.totalTokens(bench.now)).isEqualTo(live.positive());
    bench.run(twoHours);
    assertClose(bench.balances(0), 4_000_000_000L, 1_000_000_000L);
  }

  private static void assertClose(ClientPool.Balances balances, long positive, long negative) {
    assertThat((double) balances.positive() / positive).isBetween(0.999, 1.001);
    assertThat((double) balances.negative() / negative).isBetween(0.999, 1.001);
  }

  /** geth saves the offsets each five minutes, newer values are too large after a kill. */
  @Test
  void nothingComesBackAfterAKill() {
    PoolSettings settings = PoolSettings.of(1000).withTimeConstants(0, 600);
    PoolBench bench = new PoolBench(settings);
    bench.run(290 * SECOND);
    set(bench, 0, 1_000_000_000);
    bench.killAndReopen(settings);
    assertThat(bench.balances(0).negative()).isBetween(999_999_990L, 1_000_000_000L);
  }

  @Test
  void expiredBalancesAreForgotten() {
    PoolSettings settings = PoolSettings.of(1000).withTimeConstants(600, 600);
    PoolBench bench = new PoolBench(settings);
    for (int i = 0; i < 8; i++) {
      bench.pool.setBalance(
          PoolBench.id(i), PoolBench.address(i), i % 2 * 9_000_000L, (i + 1) % 2 * 9_000_000L, 0);
    }
    bench.store.write(bench.pool.drainChanges());
    assertThat(bench.pool.totals().knownCount()).isEqualTo(8);
    assertThat(bench.store.hex()).hasSize(9);
    bench.run(3601 * SECOND);
    bench.store.write(bench.pool.drainChanges());
    assertThat(bench.pool.totals().knownCount()).isZero();
    assertThat(bench.store.hex()).hasSize(1);
  }

  @Test
  void strangersCannotFillTheMemory() {
    PoolBench bench = new PoolBench(PoolSettings.of(1000).withMaxFreeClientsKnown(1000));
    for (int i = 0; i < 20_000; i++) {
      bench.pool.setBalance(PoolBench.id(i), PoolBench.address(i), 0, 2_000_000 + i, 0);
      assertThat(bench.pool.totals().knownCount()).isLessThanOrEqualTo(1000);
    }
    bench.store.write(bench.pool.drainChanges());
    assertThat(bench.store.hex()).hasSizeLessThanOrEqualTo(1001);
    assertThat(bench.balances(19_999).negative()).isEqualTo(2_019_999);
  }
}
