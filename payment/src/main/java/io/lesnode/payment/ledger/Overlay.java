package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Changes that lie over something older: what one batch changed, or what all accepted ones did.
 * Confined to the ledger loop.
 */
final class Overlay {

  /** New balances; they replace older ones. */
  final Map<AccountId, BigInteger> balances = new HashMap<>();

  /** New records by their keys in the store; empty: removed. */
  final NavigableMap<Bytes, Optional<Bytes>> records = new TreeMap<>(LexicographicOrder.INSTANCE);

  /** Transfers, in order. */
  final List<LedgerEvent> events = new ArrayList<>();

  @Nullable BigInteger balance(AccountId account) {
    return balances.get(account);
  }

  /** Lays a newer overlay on this one. */
  void add(Overlay newer) {
    balances.putAll(newer.balances);
    records.putAll(newer.records);
    events.addAll(newer.events);
  }

  boolean isEmpty() {
    return balances.isEmpty() && records.isEmpty() && events.isEmpty();
  }
}
