package io.lesnode.payment.ledger;

/**
 * Where the books are kept: an ordered map of bytes with atomic writes. What every implementation
 * must do is in {@code LedgerStoreContract}, the test suite that each has to pass. Reads from any
 * thread, writes and {@link #close} from one.
 *
 * <p>Every method may throw {@link LedgerStoreException}.
 */
public interface LedgerStore extends LedgerView, AutoCloseable {

  /**
   * Writes all changes or none, in their order. After an exception it is unknown whether they are
   * there, and the store takes no more writes; all earlier writes are there.
   *
   * @param synced whether to return only when not even a power cut undoes it, nor anything written
   *     before
   */
  void write(LedgerWrite changes, boolean synced);

  /** One moment, which later writes do not change; to be closed before the store. */
  Snapshot snapshot();

  /** Closes; later calls throw {@link LedgerStoreException.Closed}. Twice is harmless. */
  @Override
  void close();

  /** A moment of a store. */
  interface Snapshot extends LedgerView, AutoCloseable {
    @Override
    void close();
  }
}
