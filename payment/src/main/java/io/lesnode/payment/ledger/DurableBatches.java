package io.lesnode.payment.ledger;

/**
 * Writes batches one by one, each synced before {@link #commit} returns: for what is rare and must
 * be on the disk before the next step, as transactions and a payer's promises. Confined to the
 * thread that owns the ledger.
 */
public interface DurableBatches {

  /** A new batch on what is committed; the one before is dropped if it was never committed. */
  LedgerBatch begin();

  /** Makes a batch durable; when this returns it survives any crash. */
  void commit(LedgerBatch batch);
}
