package io.lesnode.payment.testing;

import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.FaultyLedgerStore;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;

/**
 * Books in memory that can be closed, killed and opened again; a batch is begun and committed
 * through this object, which stays the same over all of that.
 */
public final class Books implements DurableBatches {
  private MemoryLedgerStore store = new MemoryLedgerStore();
  private Ledger ledger = Ledger.open(store);
  private long millis = 1_700_000_000_000L;

  /** The ledger of the process that runs now. */
  public Ledger ledger() {
    return ledger;
  }

  /** The machine will die at a moment: 1 before the next write, 2 after it, and so on. */
  public void dieAt(long moment) {
    store.close();
    store = store.reopen();
    ledger = Ledger.open(new FaultyLedgerStore(store, moment));
  }

  /** A new process on what was durable. */
  public void reopen() {
    store.close();
    store = store.reopen();
    ledger = Ledger.open(store);
  }

  /** Loses everything. */
  public void lose() {
    store = new MemoryLedgerStore();
    ledger = Ledger.open(store);
  }

  @Override
  public LedgerBatch begin() {
    return ledger.begin(++millis);
  }

  @Override
  public void commit(LedgerBatch batch) {
    ledger.commit(batch);
  }
}
