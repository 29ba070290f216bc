package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.tuweni.bytes.Bytes;

/**
 * What can be read of the books. A {@link Ledger} answers with what is durable, a {@link
 * LedgerBatch} with what will be when it is. Confined to the ledger loop.
 */
public interface LedgerReader {

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
   * The records of a table whose keys have a prefix, in the lexicographic order of their keys. A
   * batch shows them as they were before it: its own changes are not among them, and it may be
   * changed meanwhile.
   */
  void scan(String table, Bytes keyPrefix, BiConsumer<Bytes, Bytes> each);
}
