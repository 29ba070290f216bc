package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The scenarios of geth's prioritypool_test.go: clients whose priority is balance / capacity. */
class PriorityPoolTest {

  private static final long MIN_CAPACITY = 100;
  private static final long STEP_DIVISOR = 100;
  private static final long TOTAL = 1_000_000;
  private static final long BALANCE = 100_000_000_000L;

  private final long[] balances = new long[100];
  private final long[] capacities = new long[100];
  private final List<PoolClient> clients = new ArrayList<>();
  private final Priorities byBalance =
      new Priorities() {
        @Override
        public long priority(PoolClient client, long capacity) {
          return balances[(int) client.id().d()] / capacity;
        }

        @Override
        public long estimate(
            PoolClient client, long capacity, long futureNanos, long biasNanos, boolean watch) {
          return priority(client, capacity);
        }
      };

  private PoolClient connect(PriorityPool pool, int index) {
    PoolClient client = PoolBench.unregistered(index);
    clients.add(client);
    apply(pool.connect(client));
    return client;
  }

  private void apply(List<PriorityPool.Update> updates) {
    updates.forEach(u -> capacities[(int) u.client().id().d()] = u.newCapacity());
  }

  private long request(PriorityPool pool, int index, long capacity) {
    List<PriorityPool.Update> updates = new ArrayList<>();
    long given = pool.requestCapacity(clients.get(index), capacity, capacity, 0, updates);
    apply(updates);
    return given;
  }

  private void raise(PriorityPool pool, int index) {
    long wanted;
    do {
      wanted = capacities[index] + capacities[index] / STEP_DIVISOR;
    } while (request(pool, index, wanted) == wanted);
  }

  private void checkProportions(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += balances[i];
    }
    for (int i = 0; i < count; i++) {
      double expected = TOTAL * (balances[i] / sum);
      assertThat((double) capacities[i]).isCloseTo(expected, within(expected / 10));
    }
  }

  @Test
  void capacitiesAreProportionalToBalances() {
    PriorityPool pool = new PriorityPool(MIN_CAPACITY, 0, STEP_DIVISOR, STEP_DIVISOR, byBalance, 0);
    apply(pool.setLimits(100, TOTAL));
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 100; i++) {
      balances[i] = BALANCE;
      connect(pool, i);
      raise(pool, i);
      checkProportions(i + 1);
    }
    for (int round = 0; round < 100; round++) {
      int index = random.nextInt(100);
      changeBalance(pool, index, BALANCE + random.nextLong(BALANCE));
      checkProportions(100);
      if (round % 10 == 0) {
        checkPrediction(pool, random.nextInt(100), random.nextLong(100 * BALANCE));
      }
    }
  }

  private void changeBalance(PriorityPool pool, int index, long balance) {
    boolean more = balance > balances[index];
    balances[index] = balance;
    apply(pool.updatePriority(clients.get(index)));
    if (more) {
      raise(pool, index);
    } else {
      for (int i = 0; i < 100; i++) {
        raise(pool, i);
      }
    }
  }

  /** The curve tells to the unit what a client with more tokens would get. */
  private void checkPrediction(PriorityPool pool, int index, long add) {
    ClientId id = clients.get(index).id();
    CapacityCurve curve = pool.curve(PoolClient.Kind.FREE).excluding(id);
    long before = balances[index];
    balances[index] += add;
    long predicted = curve.maxCapacity(capacity -> balances[index] / capacity);
    long tooMuch = Math.max(predicted + 10, MIN_CAPACITY);
    assertThat(request(pool, index, tooMuch)).isNotEqualTo(tooMuch);
    if (predicted >= MIN_CAPACITY) {
      assertThat(request(pool, index, predicted)).isEqualTo(predicted);
    }
    changeBalance(pool, index, before);
  }

  private static final long[][] ROOM_FOR_TEN = {
    {0, 0},
    {10, 100_000},
    {50, 500_000},
    {100, 1_000_000},
    {200, 1_000_000},
    {300, 1_500_000},
    {450, 1_500_000},
    {600, 2_000_000},
    {800, 2_000_000},
    {1000, 2_500_000}
  };

  private static final long[][] ROOM_FOR_ELEVEN = {
    {0, 0},
    {10, 100_000},
    {50, 500_000},
    {150, 750_000},
    {200, 1_000_000},
    {220, 1_100_000},
    {275, 1_100_000},
    {375, 1_500_000},
    {450, 1_500_000},
    {600, 2_000_000},
    {800, 2_000_000},
    {1000, 2_500_000}
  };

  @Test
  void theCurveTellsCapacityByBalance() {
    PriorityPool pool = new PriorityPool(400_000, 0, 2, 2, byBalance, 0);
    apply(pool.setLimits(10, 10_000_000));
    for (int i = 0; i < 10; i++) {
      balances[i] = BALANCE * (i + 1);
      connect(pool, i);
      request(pool, i, 1_000_000);
    }
    checkCurve(pool, ROOM_FOR_TEN);
    apply(pool.setLimits(11, 10_000_000));
    checkCurve(pool, ROOM_FOR_ELEVEN);
  }

  private static void checkCurve(PriorityPool pool, long[][] expectations) {
    CapacityCurve curve = pool.curve(PoolClient.Kind.FREE);
    for (long[] expectation : expectations) {
      long balance = expectation[0] * 1_000_000_000L;
      long capacity = curve.maxCapacity(c -> balance / c);
      if (capacity == 0 || expectation[1] == 0) {
        assertThat(capacity).as("for balance %d", balance).isEqualTo(expectation[1]);
      } else {
        long priority = balance / expectation[1];
        assertThat(balance / capacity).as("for balance %d", balance).isIn(priority, priority + 1);
      }
    }
  }
}
