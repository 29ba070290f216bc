package io.lesnode.payment.ledger;

import io.lesnode.payment.rocks.RocksLedgerStore;
import java.nio.file.Path;
import java.util.Random;

/**
 * The process that {@link KillDuringCommitTest} kills: takes payments in groups of random size and
 * tells what it acknowledged, and when it is about to write.
 */
final class KilledLedger {
  private KilledLedger() {}

  /** Arguments: directory, number of clients, seed. */
  public static void main(String[] arguments) {
    int clients = Integer.parseInt(arguments[1]);
    Random random = new Random(Long.parseLong(arguments[2]));
    try (Ledger ledger = Ledger.open(RocksLedgerStore.open(Path.of(arguments[0])))) {
      long[] cumulative = new long[clients];
      for (int client = 0; client < clients; client++) {
        cumulative[client] = CumulativeBooks.durable(ledger, client);
      }
      while (true) {
        boolean[] paid = new boolean[clients];
        for (int i = random.nextInt(20); i >= 0; i--) {
          int client = random.nextInt(clients);
          LedgerBatch batch = ledger.begin(System.currentTimeMillis());
          boolean refused = random.nextInt(5) == 0;
          long next = cumulative[client] + 1 + random.nextInt(1_000_000);
          CumulativeBooks.receive(batch, client, next);
          if (refused) {
            ledger.drop(batch);
          } else {
            cumulative[client] = next;
            paid[client] = true;
            ledger.accept(batch);
          }
        }
        System.out.println("writing");
        ledger.commit();
        StringBuilder told = new StringBuilder("acknowledged");
        for (int client = 0; client < clients; client++) {
          if (paid[client]) {
            told.append(' ').append(client).append(' ').append(cumulative[client]);
          }
        }
        System.out.println(told);
      }
    }
  }
}
