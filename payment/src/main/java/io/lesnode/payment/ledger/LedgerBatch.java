package io.lesnode.payment.ledger;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;

/**
 * Changes that become durable together or not at all. Reads see the changes made before them in the
 * same batch, and those of the batches that were accepted before it. Confined to the ledger loop;
 * of no use after it was accepted or dropped ({@link Ledger}).
 */
public interface LedgerBatch extends LedgerReader {

  /** The Unix time in milliseconds that the events of this batch carry. */
  long nowMillis();

  /**
   * Moves an amount; both accounts count the same asset. For money that may not be there use {@link
   * #tryTransfer}, or look at the {@link #balance} first.
   *
   * @param amount more than zero
   * @param reference what it rests on, for the event log: a payment id, a transaction, a hash; at
   *     most 64 bytes
   * @throws IllegalArgumentException if the assets differ or the amount is not positive
   * @throws IllegalStateException if it is not {@link Booking.Booked}: nobody asked whether the
   *     account has so much
   */
  default void transfer(
      AccountId from, AccountId to, BigInteger amount, TransferKind kind, Bytes reference) {
    if (tryTransfer(from, to, amount, kind, reference) instanceof Booking.Refused refused) {
      throw new IllegalStateException(refused.text());
    }
  }

  /**
   * Moves an amount if it is there: an account whose kind is {@link AccountKind#neverNegative()}
   * gives no more than its balance. After a refusal the batch is as it was.
   *
   * @throws IllegalArgumentException as {@link #transfer}
   */
  Booking tryTransfer(
      AccountId from, AccountId to, BigInteger amount, TransferKind kind, Bytes reference);

  /** Stores a record; at most 64 KiB. See {@link #get} for the other bounds. */
  void put(String table, Bytes key, Bytes value);

  /** Removes a record; no matter whether it is there. */
  void remove(String table, Bytes key);
}
