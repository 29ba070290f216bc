package io.lesnode.payment.ledger;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/** The durable balances that were used last. Confined to the ledger loop. */
final class BalanceCache extends LinkedHashMap<AccountId, BigInteger> {
  private static final long serialVersionUID = 1L;

  private final int bound;

  BalanceCache(int bound) {
    super(16, 0.75f, true);
    this.bound = bound;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<AccountId, BigInteger> eldest) {
    return size() > bound;
  }
}
