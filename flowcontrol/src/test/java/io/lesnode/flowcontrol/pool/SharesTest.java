package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.MINUTE;
import static io.lesnode.flowcontrol.pool.PoolBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept for the operator's own clients and for free ones. */
class SharesTest {

  private PoolBench bench = new PoolBench(PoolSettings.of(1));

  @BeforeEach
  void tenWithTwoOwnAndThreeFree() {
    bench = new PoolBench(PoolSettings.of(1).withTimeConstants(0, 0));
    bench.pool.setDefaultFactors(PoolBench.TIME_AND_REQUESTS, PoolBench.TIME_AND_REQUESTS);
    bench.pool.setLimits(10, 10, 0);
    bench.pool.setShares(new Share(2, 2), new Share(3, 3), 0);
    bench.inactiveAllowanceNanos = MINUTE;
  }

  @Test
  void payingClientsNeverGetTheFloor() {
    for (int i = 0; i < 8; i++) {
      bench.add(i, (i + 1) * MINUTE);
      bench.connect(i);
    }
    assertThat(bench.pool.totals().priorityCapacity()).isEqualTo(5);
    for (int i = 10; i < 14; i++) {
      bench.connect(i);
    }
    assertThat(bench.pool.totals().activeCount()).isEqualTo(8);
    assertThat(bench.capacity(10) + bench.capacity(11) + bench.capacity(12)).isEqualTo(3);
    assertThat(bench.capacity(13)).isZero();
    // one more who pays displaces one who pays less, and no free client
    bench.add(9, 100 * MINUTE);
    assertThat(bench.connect(9)).isEqualTo(1);
    assertThat(bench.pool.totals().priorityCapacity()).isEqualTo(5);
    assertThat(bench.capacity(10) + bench.capacity(11) + bench.capacity(12)).isEqualTo(3);
    bench.add(10, 200 * MINUTE); // a free client that pays leaves the floor
    assertThat(bench.pool.totals().priorityCapacity()).isEqualTo(5);
    assertThat(bench.capacity(13)).isEqualTo(1);
  }

  @Test
  void freeClientsMayUseWhatNobodyPaysFor() {
    for (int i = 10; i < 20; i++) {
      bench.connect(i);
    }
    assertThat(bench.pool.totals().activeCount()).isEqualTo(8);
    for (int i = 0; i < 8; i++) {
      bench.add(i, 10 * MINUTE);
      bench.connect(i);
    }
    assertThat(bench.pool.totals().priorityCapacity()).isEqualTo(5);
    assertThat(bench.pool.totals().activeCount()).isEqualTo(8);
  }

  @Test
  void ownClientsAlwaysFindTheirShareFree() {
    for (int i = 0; i < 8; i++) {
      bench.add(i, 10 * MINUTE);
      bench.connect(i);
      bench.connect(i + 10);
    }
    assertThat(bench.pool.totals().activeCount()).isEqualTo(8);
    assertThat(bench.connect(30, true)).isEqualTo(1);
    assertThat(bench.connect(31, true)).isEqualTo(1);
    assertThat(bench.pool.totals().activeCount()).isEqualTo(10);
    assertThat(bench.connect(32, true)).as("beyond the share it competes").isZero();
    bench.run(200 * SECOND);
    assertThat(bench.capacity(30)).isEqualTo(1);
    assertThat(bench.capacity(31)).isEqualTo(1);
  }

  @Test
  void anOwnClientNeedsNoTokensForItsShare() {
    bench.connect(0);
    bench.connect(30, true);
    assertThat(bench.request(30, 2)).isEqualTo(new CapacityReply.Assigned(2));
    assertThat(bench.request(0, 2))
        .isEqualTo(new CapacityReply.Refused(1, CapacityReply.Refusal.NO_PRIORITY));
    assertThat(bench.pool.totals().ownCapacity()).isEqualTo(2);
  }

  @Test
  void whoIsRefusedForASharesSakeIsToldSo() {
    bench.inactiveAllowanceNanos = 0;
    for (int i = 10; i < 19; i++) {
      bench.connect(i);
    }
    bench.run(1);
    assertThat(bench.dropped).containsExactly(18);
    assertThat(bench.reasons).containsExactly(DropReason.RESERVED);
    bench.pool.setLimits(9, 9, bench.now);
    bench.run(1);
    assertThat(bench.reasons).containsExactly(DropReason.RESERVED, DropReason.LIMITS_LOWERED);
  }
}
