package io.lesnode.flowcontrol.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds after every operation of every sequence of operations. */
class ClientPoolLawsTest {

  private static final int CLIENTS = 24;
  private static final int OPERATIONS = 250;
  private static final long MIN_CAPACITY = 100;
  private static final int OWN_CLIENTS = 6;

  /** Everything that is done, with its laws. */
  private static final class Trial {
    private final SplittableRandom random;
    private final boolean withShares;
    private final PoolBench bench;
    private Share own = Share.NONE;
    private Share free = Share.NONE;
    private String last = "";

    Trial(long seed, boolean withShares) {
      random = new SplittableRandom(seed);
      this.withShares = withShares;
      bench =
          new PoolBench(
              PoolSettings.of(MIN_CAPACITY)
                  .withTimeConstants(random.nextInt(2) * 5000L, random.nextInt(2) * 3600L));
      bench.inactiveAllowanceNanos = random.nextInt(2) * 20L * PoolBench.SECOND;
      changeFactors();
      changeLimits();
    }

    void step() {
      int client = random.nextInt(CLIENTS);
      int operation = random.nextInt(100);
      last = "operation " + operation + " on " + client + " at " + bench.now;
      boolean connected = bench.connected.containsKey(client);
      if (operation < 20) {
        toggle(client, connected);
      } else if (operation < 35) {
        bench.add(client, random.nextLong(-50_000_000, 400_000_000));
      } else if (operation < 40) {
        bench.pool.setBalance(
            PoolBench.id(client),
            PoolBench.address(client),
            random.nextInt(2) * random.nextLong(1L << random.nextInt(1, 63)),
            random.nextLong(100_000_000),
            bench.now);
      } else if (operation < 55 && connected) {
        bench.pool.requestServed(bench.client(client), random.nextLong(3_000_000), bench.now);
      } else if (operation < 72 && connected) {
        bench.request(client, random.nextLong(20 * MIN_CAPACITY));
      } else if (operation < 76) {
        changeLimits();
      } else if (operation < 79) {
        changeFactors();
      } else if (operation < 81) {
        bench.pool.setConnectedBias(random.nextLong(200 * PoolBench.SECOND), bench.now);
      } else if (operation < 84) {
        changeShares();
      } else {
        bench.run(random.nextLong(1L << random.nextInt(1, 42)));
      }
    }

    private void toggle(int client, boolean connected) {
      if (connected) {
        bench.disconnect(client);
      } else {
        bench.connect(client, client < OWN_CLIENTS);
      }
    }

    private void changeLimits() {
      bench.pool.setLimits(
          random.nextLong(CLIENTS), MIN_CAPACITY * random.nextLong(2 * CLIENTS), bench.now);
    }

    private void changeShares() {
      if (withShares) {
        own = new Share(random.nextLong(6), MIN_CAPACITY * random.nextLong(8));
        free = new Share(random.nextLong(6), MIN_CAPACITY * random.nextLong(8));
        bench.pool.setShares(own, free, bench.now);
      }
    }

    private void changeFactors() {
      PriceFactors positive = new PriceFactors(0, random.nextDouble(), random.nextDouble());
      PriceFactors negative = new PriceFactors(0, random.nextDouble(), random.nextDouble());
      bench.pool.setDefaultFactors(positive, negative);
    }

    void checkLimits() {
      PoolTotals totals = bench.pool.totals();
      long[] count = new long[3];
      long[] capacity = new long[3];
      boolean freeWaits = false;
      boolean ownWaits = false;
      for (PoolClient client : bench.pool.clients()) {
        int kind = client.reserved() ? 2 : client.hasPriority() ? 0 : 1;
        if (client.isActive()) {
          count[kind]++;
          capacity[kind] += client.capacity();
          assertThat(client.capacity()).as(last).isGreaterThanOrEqualTo(MIN_CAPACITY);
          if (kind == 1) {
            assertThat(client.capacity()).as(last).isEqualTo(MIN_CAPACITY);
          }
        } else {
          assertThat(client.capacity()).as(last).isZero();
          freeWaits |= client.isInactive() && kind == 1;
          ownWaits |= client.isInactive() && kind == 2;
        }
      }
      assertThat(count[0] + count[1] + count[2]).as(last).isEqualTo(totals.activeCount());
      assertThat(capacity[0] + capacity[1] + capacity[2])
          .as(last)
          .isEqualTo(totals.activeCapacity());
      assertThat(capacity[0]).as(last).isEqualTo(totals.priorityCapacity());
      boolean slots = checkShares(count, totals.maxCount(), own.count(), free.count(), 1);
      boolean room =
          checkShares(
              capacity, totals.maxCapacity(), own.capacity(), free.capacity(), MIN_CAPACITY);
      assertThat(freeWaits && slots && room)
          .as("a free client waits; " + last + totals + own + free + describe())
          .isFalse();
      boolean ownSlot = count[2] < Math.min(own.count(), totals.maxCount());
      boolean ownRoom =
          capacity[2] + MIN_CAPACITY <= Math.min(own.capacity(), totals.maxCapacity());
      assertThat(ownWaits && ownSlot && ownRoom).as("an own client waits; " + last).isFalse();
    }

    /** The two laws of the shares; whether there is room for one more free client. */
    private boolean checkShares(long[] used, long max, long ownShare, long freeShare, long one) {
      long kept = Math.min(ownShare, max);
      long open = max - kept;
      long floor = Math.min(freeShare, open);
      long paying = used[0] + Math.max(0, used[2] - kept);
      assertThat(used[0] + used[1] + used[2])
          .as(last + bench.pool.totals() + own + free + describe())
          .isLessThanOrEqualTo(max);
      assertThat(paying + used[1]).as(last).isLessThanOrEqualTo(open);
      assertThat(paying).as(last).isLessThanOrEqualTo(open - floor);
      return paying + used[1] + one <= open;
    }

    private String describe() {
      StringBuilder text = new StringBuilder();
      for (PoolClient client : bench.pool.clients()) {
        text.append('\n').append(client.id().a() >>> 32).append(client.reserved() ? " own" : "");
        text.append(client.hasPriority() ? " priority " : " free ").append(client.capacity());
        text.append(client.isInactive() ? " waits" : "");
      }
      return text.toString();
    }

    /** What clients are told is what they have. */
    void checkCallbacks() {
      bench.connected.forEach(
          (client, handle) ->
              assertThat(handle.capacity()).as(last).isEqualTo(bench.capacity(client)));
    }
  }

  @Property(tries = 60)
  void limitsAndSharesHoldAlways(@ForAll long seed, @ForAll boolean shares) {
    Trial trial = new Trial(seed, shares);
    for (int i = 0; i < OPERATIONS; i++) {
      trial.step();
      trial.checkLimits();
      trial.checkCallbacks();
      if (trial.random.nextInt(3) == 0) {
        trial.bench.disconnectDropped();
        trial.checkLimits();
      }
    }
  }

  /** Nobody gets tokens but from the operator. */
  @Property(tries = 60)
  void tokensAreConservedOrShrink(@ForAll long seed) {
    Trial trial = new Trial(seed, true);
    PoolBench bench = trial.bench;
    double before = 0;
    for (int i = 0; i < OPERATIONS; i++) {
      double known = sumOfTokens(bench);
      assertThat(known).as(trial.last).isLessThanOrEqualTo(before * (1 + 1e-9) + CLIENTS);
      trial.step();
      before = sumOfTokens(bench);
      bench.run(trial.random.nextLong(PoolBench.MINUTE));
    }
  }

  private static double sumOfTokens(PoolBench bench) {
    double sum = 0;
    for (int i = 0; i < CLIENTS; i++) {
      sum += (double) bench.balances(i).positive();
    }
    return sum;
  }

  /** A stop and a start change nothing but what is too small to be stored. */
  @Property(tries = 60)
  void aReloadFromTheChangesIsTheLiveState(@ForAll long seed) {
    Trial trial = new Trial(seed, true);
    PoolBench bench = trial.bench;
    for (int i = 0; i < OPERATIONS; i++) {
      trial.step();
      if (trial.random.nextInt(10) == 0) {
        bench.store.write(bench.pool.drainChanges());
      }
    }
    bench.pool.stop(bench.now);
    checkReload(bench);
  }

  /** After a kill no more is lost than what happened after the last snapshot. */
  @Property(tries = 60)
  void aKillLosesOnlyWhatCameAfterTheLastSnapshot(@ForAll long seed) {
    Trial trial = new Trial(seed, true);
    PoolBench bench = trial.bench;
    for (int i = 0; i < OPERATIONS; i++) {
      trial.step();
    }
    // the moment of a snapshot: nothing happens between it and the kill
    long passed = bench.now % PoolBench.MINUTE;
    bench.run(PoolBench.MINUTE - passed);
    checkReload(bench);
  }

  private static void checkReload(PoolBench bench) {
    bench.store.write(bench.pool.drainChanges());
    ClientPool.Balances[] live = new ClientPool.Balances[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      live[i] = bench.balances(i);
    }
    bench.killAndReopen(PoolSettings.of(MIN_CAPACITY));
    for (int i = 0; i < CLIENTS; i++) {
      ClientPool.Balances stored = bench.balances(i);
      checkStored(stored.positive(), live[i].positive());
      checkStored(stored.negative(), live[i].negative());
    }
  }

  private static void checkStored(long stored, long live) {
    if (live > BalanceBook.STORE_THRESHOLD) {
      assertThat(stored).isEqualTo(live);
    } else {
      assertThat(stored).isIn(0L, live);
    }
  }

  /** A clock that jumps back stands still; one that jumps far ahead charges and expires. */
  @Property(tries = 60)
  void aClockThatJumpsBreaksNothing(@ForAll long seed) {
    Trial trial = new Trial(seed, true);
    PoolBench bench = trial.bench;
    for (int i = 0; i < OPERATIONS; i++) {
      long now = bench.now;
      if (trial.random.nextInt(20) == 0) {
        bench.now = trial.random.nextLong(now + 1);
      } else if (trial.random.nextInt(60) == 0) {
        bench.now += trial.random.nextLong(1L << trial.random.nextInt(40, 60));
        bench.pool.onTime(bench.now);
      }
      trial.step();
      trial.checkLimits();
      bench.now = Math.max(now, bench.now);
      for (int client = 0; client < CLIENTS; client++) {
        assertThat(bench.balances(client).positive()).isNotNegative();
        assertThat(bench.balances(client).negative()).isNotNegative();
      }
    }
  }
}
