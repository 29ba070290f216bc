package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;

/**
 * Changes that become durable together or not at all. Reads see the changes made before them in the
 * same batch. Confined to the ledger loop; of no use after it was committed or dropped.
 */
public interface LedgerBatch {

  /**
   * Moves an amount; both accounts count the same asset.
   *
   * @param amount more than zero
   * @param reference what it rests on, for the event log: a payment id, a transaction, a hash; at
   *     most 64 bytes
   * @throws IllegalArgumentException if the assets differ or the amount is not positive
   */
  void transfer(
      AccountId from, AccountId to, BigInteger amount, TransferKind kind, Bytes reference);

  /** The balance of an account; zero if it was never used. */
  BigInteger balance(AccountId account);

  /**
   * A record of a payment method.
   *
   * @param table name of the method's table: 1 to 32 ASCII characters
   * @param key at most 128 bytes
   */
  Optional<Bytes> get(String table, Bytes key);

  /**
   * The records of a table whose keys have a prefix, in the order of their keys, as they were
   * committed before this batch: its own changes are not among them.
   */
  void scan(String table, Bytes prefix, BiConsumer<Bytes, Bytes> each);

  /** Stores a record; at most 64 KiB. */
  void put(String table, Bytes key, Bytes value);

  /** Removes a record; no matter whether it is there. */
  void remove(String table, Bytes key);
}
