package io.lesnode.payment.ledger;

class MemoryLedgerStoreTest extends LedgerStoreContract {
  @Override
  protected LedgerStore create() {
    return new MemoryLedgerStore();
  }

  @Override
  protected LedgerStore reopen(LedgerStore closed) {
    return ((MemoryLedgerStore) closed).reopen();
  }
}
