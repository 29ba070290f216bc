package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.MINUTE;
import static io.lesnode.flowcontrol.pool.PoolBench.SECOND;
import static io.lesnode.flowcontrol.pool.PoolBench.TIME_AND_REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The scenarios of geth's clientpool_test.go, with its figures, on the pool as the node runs it.
 */
class ClientPoolTest {

  private PoolBench bench = new PoolBench(PoolSettings.of(1));

  @BeforeEach
  void poolOfTen() {
    bench = new PoolBench(PoolSettings.of(1).withTimeConstants(0, 0));
    bench.pool.setLimits(10, 10, 0);
    bench.pool.setDefaultFactors(TIME_AND_REQUESTS, TIME_AND_REQUESTS);
  }

  @Test
  void aPayingClientGetsTheWholePool() {
    bench.add(0, MINUTE);
    assertThat(bench.connect(0)).isEqualTo(1);
    assertThat(bench.request(0, 10)).isEqualTo(new CapacityReply.Assigned(10));
  }

  @Test
  void moreThanThePoolIsNotGiven() {
    bench.add(0, MINUTE);
    bench.connect(0);
    assertThat(bench.request(0, 100)).isEqualTo(new CapacityReply.Assigned(1));
  }

  @Test
  void aFullPoolTakesThoseWhoPayMore() {
    for (int i = 0; i < 10; i++) {
      bench.add(i, 20 * SECOND);
      bench.connect(i);
    }
    bench.add(11, 2 * SECOND);
    assertThat(bench.connect(11)).isZero();
    bench.run(SECOND);
    bench.add(12, 5 * MINUTE);
    assertThat(bench.connect(12)).isEqualTo(1);
  }

  @Test
  void theWeakestPayingClientIsDroppedFirst() {
    for (int i = 0; i < 10; i++) {
      bench.add(i, 10 * SECOND);
      bench.connect(i);
      bench.run(1_000_000);
    }
    bench.run(PoolSettings.DEFAULT_CONNECTED_BIAS_NANOS + 11 * SECOND);
    assertThat(bench.connect(11)).isEqualTo(1);
    bench.run(0);
    assertThat(bench.dropped).containsExactly(0);
    assertThat(bench.reasons).containsExactly(DropReason.OUTBID);
  }

  @Test
  void aFreeClientGetsTheMinimumOnly() {
    assertThat(bench.connect(0)).isEqualTo(1);
    assertThat(bench.request(0, 2))
        .isEqualTo(new CapacityReply.Refused(1, CapacityReply.Refusal.NO_PRIORITY));
  }

  @Test
  void freeClientsTakeTurns() {
    for (int i = 0; i < 10; i++) {
      bench.connect(i);
    }
    assertThat(bench.connect(11)).isZero();
    bench.run(MINUTE);
    assertThat(bench.connect(12)).isZero();
    bench.run(1_000_000);
    bench.run(4 * MINUTE);
    assertThat(bench.connect(13)).isEqualTo(1);
  }

  @Test
  void freeClientsThatHadTheirTurnAreDropped() {
    for (int i = 0; i < 10; i++) {
      bench.connect(i);
      bench.run(1_000_000);
    }
    assertThat(bench.connect(10)).isZero();
    bench.run(0);
    assertThat(bench.disconnectDropped()).containsExactly(10);
    assertThat(bench.reasons).containsExactly(DropReason.FULL);
    bench.run(5 * MINUTE);
    for (int i = 0; i < 10; i++) {
      bench.connect(i + 10);
    }
    bench.run(0);
    assertThat(bench.dropped).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void timeIsPaidFromTokens() {
    bench.add(0, 3 * MINUTE);
    bench.connect(0);
    assertThat(bench.request(0, 10).capacity()).isEqualTo(10);
    bench.run(MINUTE);
    bench.disconnect(0);
    assertThat(bench.balances(0).positive()).isCloseTo(2 * MINUTE, within(2 * MINUTE / 1000));
  }

  @Test
  void whoRunsOutOfTokensKeepsTheMinimum() {
    bench.add(0, MINUTE);
    bench.connect(0);
    assertThat(bench.request(0, 10).capacity()).isEqualTo(10);
    bench.run(MINUTE);
    assertThat(bench.capacity(0)).isEqualTo(1);
    assertThat(bench.balances(0).positive()).isZero();
    bench.add(0, MINUTE);
    assertThat(bench.balances(0).positive()).isCloseTo(MINUTE, within(MINUTE / 1000));
  }

  /** In geth the timer that would notice fires once, early, and never again. */
  @Test
  void exhaustionIsNoticedWhenItHappensAndNotLater() {
    bench.add(0, MINUTE);
    bench.connect(0);
    bench.request(0, 10);
    bench.run(MINUTE - 1_000_000);
    assertThat(bench.capacity(0)).isEqualTo(10);
    bench.run(2_000_000);
    assertThat(bench.capacity(0)).isEqualTo(1);
  }

  @Test
  void negativeBalancesGrowAndExpire() {
    bench.pool.setTimeConstants(0, 3600, 0);
    PriceFactors factors = new PriceFactors(1e-3, 0, 1);
    bench.pool.setDefaultFactors(factors, factors);
    for (int i = 0; i < 10; i++) {
      bench.connect(i);
    }
    bench.run(SECOND);
    for (int i = 0; i < 10; i++) {
      bench.disconnect(i);
      assertThat(bench.balances(i).negative()).as("short connections are not recorded").isZero();
    }
    for (int i = 0; i < 10; i++) {
      bench.connect(i);
    }
    bench.run(MINUTE);
    long expected = MINUTE / 1000 - MINUTE / 1000 / 120;
    for (int i = 0; i < 10; i++) {
      bench.disconnect(i);
      assertThat(bench.balances(i).negative()).isCloseTo(expected, within(expected / 1000));
    }
  }

  @Test
  void inactiveClientsBecomeActiveByTheirBalances() {
    bench.pool.setLimits(2, 2, 0);
    bench.pool.setDefaultFactors(PriceFactors.FREE, PriceFactors.FREE);
    bench.inactiveAllowanceNanos = 10 * SECOND;
    bench.add(1, 1000 * SECOND);
    bench.add(3, 2000 * SECOND);
    assertThat(bench.connect(1)).isEqualTo(1);
    assertThat(bench.connect(2)).isEqualTo(1);
    assertThat(bench.connect(3)).isEqualTo(1);
    assertThat(bench.capacity(2)).isZero();
    bench.add(2, 3000 * SECOND);
    assertThat(bench.capacity(2)).isEqualTo(1);
    assertThat(bench.capacity(1)).isZero();
    bench.add(2, -2500 * SECOND);
    assertThat(bench.capacity(1)).isEqualTo(1);
    assertThat(bench.capacity(2)).isZero();
    PriceFactors time = new PriceFactors(1, 0, 0);
    bench.pool.setDefaultFactors(time, time);
    bench.add(4, 1500 * SECOND);
    assertThat(bench.connect(4)).isEqualTo(1);
    assertThat(bench.capacity(1)).isZero();
    bench.run(600 * SECOND);
    bench.add(1, 0);
    assertThat(bench.capacity(1)).isEqualTo(1);
    assertThat(bench.capacity(4)).isZero();
    bench.disconnect(2);
    bench.disconnect(4);
    bench.add(1, -1000 * SECOND);
    assertThat(bench.capacity(1)).isEqualTo(1);
    assertThat(bench.capacity(2)).isZero();
    assertThat(bench.dropped).isEmpty();
  }

  @Test
  void whatARequestCostsAfterItsClientLeftIsCharged() {
    bench.connect(0);
    bench.add(1, 30_000_000);
    bench.connect(1);
    PoolClient free = bench.client(0);
    PoolClient paying = bench.client(1);
    bench.disconnect(0);
    bench.disconnect(1);
    assertThat(bench.pool.requestServed(free, 5_000_000, 0)).isZero();
    assertThat(bench.balances(0).negative()).isEqualTo(5_000_000);
    assertThat(bench.pool.requestServed(paying, 10_000_000, 0)).isEqualTo(20_000_000);
    assertThat(bench.balances(1).positive()).isEqualTo(20_000_000);
    assertThat(bench.pool.totalTokens(0)).isEqualTo(20_000_000);
  }

  @Test
  void aChangeOnRequestIsToldAsSuch() {
    boolean[] requested = new boolean[1];
    bench.add(7, MINUTE);
    PoolClient client =
        bench.pool.register(
            PoolBench.id(7),
            PoolBench.address(7),
            false,
            0,
            new PoolListener() {
              @Override
              public void onCapacity(long capacity, boolean ofRequest) {
                requested[0] = ofRequest;
              }

              @Override
              public void onDropped(DropReason reason) {}
            },
            0);
    assertThat(requested[0]).isFalse();
    bench.pool.requestCapacity(client, 5, 0, true, 0);
    assertThat(requested[0]).isTrue();
    bench.pool.requestCapacity(client, 4, 0, false, 0);
    assertThat(requested[0]).isFalse();
  }

  @Test
  void badArgumentsAreRefusedAndChangeNothing() {
    bench.connect(0);
    assertThatThrownBy(() -> bench.connect(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> bench.pool.setLimits(-1, 5, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bench.pool.setBalance(PoolBench.id(0), PoolBench.address(0), -1, 0, 0))
        .hasMessageContaining("2^63");
    assertThatThrownBy(() -> new PriceFactors(Double.NaN, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PriceFactors(0, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(bench.add(0, Long.MAX_VALUE)).isInstanceOf(BalanceChange.Changed.class);
    assertThat(bench.add(0, Long.MAX_VALUE)).isEqualTo(new BalanceChange.Overflow(Long.MAX_VALUE));
    PoolClient gone = bench.client(0);
    bench.disconnect(0);
    assertThat(bench.pool.requestCapacity(gone, 5, 0, true, 0))
        .isEqualTo(new CapacityReply.Refused(0, CapacityReply.Refusal.NOT_CONNECTED));
    assertThat(bench.pool.totals().activeCount()).isZero();
    assertThat(bench.connect(0)).isEqualTo(1);
  }
}
