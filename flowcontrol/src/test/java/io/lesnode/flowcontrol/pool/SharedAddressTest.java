package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.MINUTE;
import static io.lesnode.flowcontrol.pool.PoolBench.SECOND;
import static io.lesnode.flowcontrol.pool.PoolBench.TIME_AND_REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several node ids behind one address are one free client, whatever order they come and go in. */
class SharedAddressTest {

  private static final String HOME = "2001:db8:0:12::/64";
  private static final PoolListener DEAF =
      new PoolListener() {
        @Override
        public void onCapacity(long capacity, boolean requested) {}

        @Override
        public void onDropped(DropReason reason) {}
      };

  private PoolBench bench = new PoolBench(PoolSettings.of(1));

  @BeforeEach
  void poolOfTen() {
    bench = new PoolBench(PoolSettings.of(1).withTimeConstants(0, 0));
    bench.pool.setLimits(10, 10, 0);
    bench.pool.setDefaultFactors(TIME_AND_REQUESTS, TIME_AND_REQUESTS);
  }

  private PoolClient connect(int client) {
    return bench.pool.register(PoolBench.id(client), HOME, false, 0, DEAF, bench.now);
  }

  private long negative(int client) {
    return bench.pool.balances(PoolBench.id(client), HOME, bench.now).negative();
  }

  @Test
  void whatTwoUseAtOnceIsAddedUp() {
    PoolClient first = connect(1);
    PoolClient second = connect(2);
    bench.run(MINUTE);
    assertThat(negative(1) + negative(2)).isGreaterThan(2 * MINUTE); // a look brings one up to now
    assertThat(negative(1)).isEqualTo(2 * MINUTE);
    assertThat(negative(2)).isEqualTo(2 * MINUTE);

    bench.pool.unregister(first, bench.now);
    bench.run(MINUTE);
    bench.pool.unregister(second, bench.now);

    assertThat(negative(3)).isEqualTo(3 * MINUTE);
  }

  @Test
  void aShortVisitErasesNothing() {
    PoolClient visitor = connect(1);
    PoolClient resident = connect(2);
    bench.run(10 * MINUTE);
    bench.pool.unregister(resident, bench.now);
    bench.run(SECOND);
    bench.pool.unregister(visitor, bench.now);

    assertThat(negative(3)).isEqualTo(20 * MINUTE + SECOND);
  }

  @Test
  void manyNodeIdsGetNoMoreThanOne() {
    List<PoolClient> crowd = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      crowd.add(connect(i));
    }
    bench.run(6 * MINUTE);
    // somebody from elsewhere has had nothing yet: he gets a place
    bench.connect(77);
    bench.run(SECOND);
    assertThat(bench.capacity(77)).isEqualTo(1);

    bench.killAndReopen(PoolSettings.of(1).withTimeConstants(0, 0));
    assertThat(crowd).hasSize(10);
    assertThat(negative(5)).isGreaterThan(50 * MINUTE);
  }
}
