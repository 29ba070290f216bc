package io.lesnode.flowcontrol.pool;

import static io.lesnode.flowcontrol.pool.PoolBench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Who is connected for how long when more clients come than there is room for, as in geth's
 * testClientPool: 100,000 seconds, within 20 % of the fair share, half of the time paid for by
 * some.
 */
class PoolSharesTest {

  private static final int TICKS = 100_000;

  @Test
  void tenOfHundredFree() {
    run(10, 100, 0);
  }

  @Test
  void fortyOfTwoHundredFree() {
    run(40, 200, 0);
  }

  @Test
  void hundredOfThreeHundredFree() {
    run(100, 300, 0);
  }

  @Test
  void tenOfHundredFourPay() {
    run(10, 100, 4);
  }

  @Test
  void fortyOfTwoHundredThirtyPay() {
    run(40, 200, 30);
  }

  @Test
  void hundredOfThreeHundredTwentyPay() {
    run(100, 300, 20);
  }

  private static void run(int limit, int clients, int paying) {
    PoolBench bench =
        new PoolBench(PoolSettings.of(1).withConnectedBias(0).withTimeConstants(0, 1000));
    bench.pool.setLimits(limit, limit, 0);
    bench.pool.setDefaultFactors(PoolBench.TIME_AND_REQUESTS, PoolBench.TIME_AND_REQUESTS);
    SplittableRandom random = new SplittableRandom(limit * 1000L + clients + paying);
    long[] ticks = new long[clients];
    boolean[] connected = new boolean[clients];
    for (int i = 0; i < limit; i++) {
      assertThat(bench.connect(i)).isEqualTo(1);
      connected[i] = true;
    }
    for (int tick = 0; tick < TICKS; tick++) {
      bench.now += SECOND;
      bench.pool.onTime(bench.now); // as a loop would that is a second late
      if (tick == TICKS / 4) {
        for (int i = 0; i < paying; i++) {
          bench.add(i, TICKS / 2L * SECOND);
        }
      }
      int i = random.nextInt(clients);
      if (!connected[i]) {
        if (bench.connect(i) != 0) {
          connected[i] = true;
          ticks[i] -= tick;
        } else {
          bench.disconnect(i);
        }
      } else if (paying == 0) {
        bench.disconnect(i);
        connected[i] = false;
        ticks[i] += tick;
      }
      for (int gone : bench.disconnectDropped()) {
        if (connected[gone]) {
          connected[gone] = false;
          ticks[gone] += tick;
        }
      }
    }
    long free = TICKS / 2L * limit / clients + TICKS / 2L * (limit - paying) / (clients - paying);
    long paid = TICKS / 2L * limit / clients + TICKS / 2;
    for (int i = 0; i < clients; i++) {
      long expected = i < paying ? paid : free;
      assertThat(ticks[i] + (connected[i] ? TICKS : 0))
          .as("client %d", i)
          .isBetween(expected - expected / 5, expected + expected / 5);
    }
  }
}
