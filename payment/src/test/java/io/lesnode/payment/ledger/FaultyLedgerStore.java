package io.lesnode.payment.ledger;

import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.tuweni.bytes.Bytes;

/**
 * A store under which the machine dies at a chosen moment: each write has two, before anything of
 * it is durable and after all of it is. (Between them there is none: a torn batch is what a store
 * may not have; that RocksDB has none is shown by killing a process.) Everything after is refused.
 */
public final class FaultyLedgerStore implements LedgerStore {

  /** The machine is dead. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("the machine died");
    }
  }

  private final LedgerStore store;
  private long momentsLeft;
  private boolean dead;

  /**
   * A store that dies.
   *
   * @param moment at which it dies: 1 before the first write, 2 after it, 3 before the second, …;
   *     0: never
   */
  public FaultyLedgerStore(LedgerStore store, long moment) {
    this.store = store;
    this.momentsLeft = moment;
  }

  /** The moment counts from now on. */
  void dieAt(long moment) {
    momentsLeft = moment;
  }

  @Override
  public void write(LedgerWrite changes, boolean synced) {
    pass();
    store.write(changes, synced);
    pass();
  }

  private void pass() {
    alive();
    momentsLeft--;
    if (momentsLeft == 0) {
      dead = true;
      throw new Crash();
    }
  }

  private void alive() {
    if (dead) {
      throw new Crash();
    }
  }

  @Override
  public Optional<Bytes> get(LedgerColumn column, Bytes key) {
    alive();
    return store.get(column, key);
  }

  @Override
  public void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action) {
    alive();
    store.scan(column, firstKey, action);
  }

  @Override
  public Snapshot snapshot() {
    alive();
    return store.snapshot();
  }

  /** A dead machine closes nothing in order; the store is closed so that it can be opened again. */
  @Override
  public void close() {
    store.close();
  }
}
