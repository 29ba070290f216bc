package io.lesnode.payment.ledger;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.tuweni.bytes.Bytes;

/**
 * Keys and values of a ledger store as they are durable. Thread-safe; every call may throw {@link
 * LedgerStoreException}.
 */
public interface LedgerView {

  /** The value of a key. */
  Optional<Bytes> get(LedgerColumn column, Bytes key);

  /**
   * Hands keys and values from a key on to the action, in the lexicographic order of the keys as
   * unsigned bytes, until it returns false. One call shows one moment. The action must not write.
   *
   * @param firstKey need not exist; empty: from the beginning
   */
  void scan(LedgerColumn column, Bytes firstKey, BiPredicate<Bytes, Bytes> action);

  /** The same for all keys that start with a prefix. */
  default void forEach(LedgerColumn column, Bytes prefix, BiConsumer<Bytes, Bytes> action) {
    scan(
        column,
        prefix,
        (key, value) -> {
          if (prefix.commonPrefixLength(key) < prefix.size()) {
            return false;
          }
          action.accept(key, value);
          return true;
        });
  }
}
