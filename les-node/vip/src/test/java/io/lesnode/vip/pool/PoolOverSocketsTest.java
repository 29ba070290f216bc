package io.lesnode.vip.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lesnode.payment.ledger.AccountKind;
import io.lesnode.payment.ledger.Asset;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.ledger.Statement;
import io.lesnode.vipnode.pool.PoolFigures;
import io.lesnode.vipnode.pool.PoolRules;
import java.math.BigInteger;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Test E4 of docs/vip.md: a pool, 3 hosts and 10 clients over RLPx, with cheques on a chain. */
@Timeout(60)
class PoolOverSocketsTest {
  private static final PoolRules RULES = PoolRules.standard().withInterval(20, 20);

  private static void await(Object what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "never: " + what);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void threeHostsTenClientsOneCheatOnEachSideE4() throws Exception {
    MemoryLedgerStore store = new MemoryLedgerStore();
    try (PoolTown town = new PoolTown(FastClock.of(20), RULES, store)) {
      PoolTown.Host cheat = town.host(100, 900);
      town.host(101, 0);
      town.host(102, 0);
      await("three hosts", () -> town.pool.freshStatus().figures().hosts().size() == 3);
      for (int i = 0; i < 10; i++) {
        town.client(200 + i, 3, i == 9 ? 900 : 0);
      }
      // every pair with a cheat in it quarrels three times and is taken apart: 9 honest clients
      // with
      // 2 honest hosts remain
      await(
          new Object() {
            @Override
            public String toString() {
              return "the cheats alone, but " + town.pool.freshStatus().figures();
            }
          },
          () -> town.pool.freshStatus().figures().disputed() == 36);
      await("18 pairs", () -> town.pool.freshStatus().figures().pairings() == 18);
      PoolFigures figures = town.pool.freshStatus().figures();
      assertEquals(36, figures.disputed());
      assertTrue(figures.settled() >= 30 * 2, "only " + figures.settled() + " intervals");

      assertEquals(10, cheat.admitted.size());
      for (PoolTown.Client client : town.clients) {
        assertEquals(Map.of(), client.refusals);
      }
      // nobody was paid for more than its clients signed, and signed is at most what they received
      Statement books = town.poolLedger.history().statement();
      assertEquals(BigInteger.ZERO, books.sum(Asset.WEI));
      assertTrue(books.isBalanced());
      BigInteger promised = books.total(AccountKind.SIGNED);
      await(
          "hosts have their cheques",
          () ->
              town.hosts.stream()
                      .map(PoolTown.Host::earned)
                      .reduce(BigInteger.ZERO, BigInteger::add)
                      .compareTo(promised)
                  >= 0);
      // what clients paid in is with them, with the hosts, or the pool's fee: a hundredth
      BigInteger paidIn = books.total(AccountKind.CLAIM).negate();
      BigInteger fees = books.total(AccountKind.REVENUE);
      assertEquals(paidIn, books.total(AccountKind.CLIENT).add(promised).add(fees));
      assertEquals(promised.divide(BigInteger.valueOf(100)), fees);
      assertTrue(town.pool.status().healthy());
    }
  }

  @Test
  void aRestartedPoolKeepsBalancesHostsAndScores() throws Exception {
    MemoryLedgerStore store = new MemoryLedgerStore();
    try (PoolTown town = new PoolTown(FastClock.of(20), RULES, store)) {
      PoolTown.Host host = town.host(100, 900);
      town.client(200, 1, 0);
      await("a quarrel", () -> town.pool.freshStatus().figures().disputed() >= 1);
      int port = town.pool.enode().tcpPort();
      town.pool.close();
      town.pool = town.startPool(store.reopen(), port);
      PoolStatus restarted = town.pool.freshStatus();
      assertEquals(1, restarted.figures().totalHosts());
      assertTrue(restarted.creditWei().signum() > 0);
      BigInteger before = town.poolLedger.history().statement().total(AccountKind.CLIENT);
      assertTrue(before.signum() > 0);
      await("the host is back", () -> town.pool.freshStatus().figures().hosts().size() == 1);
      assertTrue(town.pool.freshStatus().figures().hosts().get(0).faultPoints() > 0);
      assertEquals(host.self.id(), town.pool.freshStatus().figures().hosts().get(0).id());
    }
  }
}
