package io.lesnode.payment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/**
 * Test M7 of docs/vip.md for the ledger: the machine dies at every moment before and after every
 * write. What was acknowledged is there, proof, money and tokens belong together, and after the
 * payers have sent again what had no receipt the books are those of a run without a crash.
 */
class CrashTest {
  private static final int CLIENTS = 5;
  private static final int PAYMENTS = 60;
  private static final int GROUP = 3;

  private record Payment(int client, long cumulative) {}

  @Test
  void nothingAcknowledgedIsLostAndNothingIsCreated() {
    List<Payment> payments = payments();
    MemoryLedgerStore straight = new MemoryLedgerStore();
    Statement wanted;
    long writes;
    try (Ledger ledger = Ledger.open(straight)) {
      writes = serve(ledger, payments, 0, new long[CLIENTS]);
      wanted = ledger.history().statement();
    }
    assertThat(writes).isEqualTo(PAYMENTS / GROUP);

    // One more write is the schema of new books.
    long moments = 2 * (writes + 1);
    for (long moment = 1; moment <= moments; moment++) {
      MemoryLedgerStore disk = new MemoryLedgerStore();
      FaultyLedgerStore machine = new FaultyLedgerStore(disk, moment);
      long[] acknowledged = new long[CLIENTS];
      assertThatThrownBy(() -> serve(Ledger.open(machine), payments, 0, acknowledged))
          .isInstanceOf(FaultyLedgerStore.Crash.class);
      machine.close();
      try (Ledger ledger = Ledger.open(disk.reopen())) {
        assertThat(ledger.history().audit()).isEmpty();
        for (int client = 0; client < CLIENTS; client++) {
          assertThat(CumulativeBooks.durable(ledger, client))
              .isGreaterThanOrEqualTo(acknowledged[client]);
        }
        serve(ledger, payments, 0, new long[CLIENTS]);
        assertThat(ledger.history().statement()).isEqualTo(wanted);
        assertThat(ledger.history().audit()).isEmpty();
      }
    }
  }

  @Test
  void afterAFailedWriteTheBooksTakeNothingMore() {
    MemoryLedgerStore disk = new MemoryLedgerStore();
    FaultyLedgerStore machine = new FaultyLedgerStore(disk, 0);
    Ledger ledger = Ledger.open(machine);
    LedgerBatch batch = ledger.begin(0);
    CumulativeBooks.receive(batch, 1, 10);
    machine.dieAt(1);
    assertThatThrownBy(() -> ledger.commit(batch)).isInstanceOf(FaultyLedgerStore.Crash.class);
    for (Runnable use : List.<Runnable>of(() -> ledger.begin(0), ledger::commit)) {
      assertThatThrownBy(use::run)
          .isInstanceOf(LedgerStoreException.Closed.class)
          .hasMessageContaining("what was acknowledged is safe");
    }
  }

  /** Books that do not balance are never written, whatever the reason. */
  @Test
  void whatDoesNotBalanceIsNotWritten() {
    MemoryLedgerStore disk = new MemoryLedgerStore();
    Ledger ledger = Ledger.open(disk);
    OpenBatch broken = (OpenBatch) ledger.begin(0);
    CumulativeBooks.receive(broken, 1, 11);
    // A bug of ours, made here: one wei from nowhere.
    broken
        .end()
        .balances
        .merge(AccountId.client(CumulativeBooks.owner(1)), BigInteger.ONE, BigInteger::add);
    assertThatThrownBy(() -> ledger.commit(broken))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("off by 1 wei");
    ledger.close();
    assertThat(Ledger.open(disk.reopen()).history().size()).isZero();
  }

  /** Serves payments in groups and acknowledges after the commit; how many writes it took. */
  private static long serve(
      Ledger ledger, List<Payment> payments, long millis, long[] acknowledged) {
    List<Payment> receipts = new ArrayList<>();
    long writes = 0;
    for (Payment payment : payments) {
      LedgerBatch batch = ledger.begin(millis);
      if (CumulativeBooks.receive(batch, payment.client(), payment.cumulative())) {
        ledger.accept(batch);
        receipts.add(payment);
      } else {
        ledger.drop(batch);
      }
      if (receipts.size() == GROUP) {
        writes += acknowledge(ledger, receipts, acknowledged);
      }
    }
    return receipts.isEmpty() ? writes : writes + acknowledge(ledger, receipts, acknowledged);
  }

  private static long acknowledge(Ledger ledger, List<Payment> receipts, long[] acknowledged) {
    ledger.commit();
    receipts.forEach(payment -> acknowledged[payment.client()] = payment.cumulative());
    receipts.clear();
    return 1;
  }

  private static List<Payment> payments() {
    Random random = new Random(7);
    long[] cumulative = new long[CLIENTS];
    List<Payment> payments = new ArrayList<>();
    for (int i = 0; i < PAYMENTS; i++) {
      int client = random.nextInt(CLIENTS);
      cumulative[client] += 2L * (1 + random.nextInt(1_000_000));
      payments.add(new Payment(client, cumulative[client]));
    }
    assertThat(Arrays.stream(cumulative).min().orElse(0)).isPositive();
    return payments;
  }

  @Test
  void aStaleProofChangesNothing() {
    Ledger ledger = Ledger.open(new MemoryLedgerStore());
    LedgerBatch batch = ledger.begin(0);
    assertThat(CumulativeBooks.receive(batch, 1, 10)).isTrue();
    assertThat(CumulativeBooks.receive(batch, 1, 10)).isFalse();
    assertThat(CumulativeBooks.receive(batch, 1, 9)).isFalse();
    ledger.commit(batch);
    assertThat(CumulativeBooks.durable(ledger, 1)).isEqualTo(10);
    assertThat(ledger.get(CumulativeBooks.TABLE, CumulativeBooks.owner(1)))
        .contains(Bytes.ofUnsignedLong(10));
  }
}
