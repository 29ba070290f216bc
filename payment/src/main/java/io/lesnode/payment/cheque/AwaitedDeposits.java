package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Payers that want to hear when their deposit is deep enough. Only in memory: who asks again after
 * a restart is told again. Confined to the ledger loop.
 */
final class AwaitedDeposits {
  private static final int MOST = 4_096;

  private final Map<Address, BigInteger> coveredWei =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, BigInteger> eldest) {
          return size() > MOST;
        }
      };

  /** Awaits that a payer's cheques are covered up to a total; null: no more. */
  void set(Address payer, @Nullable BigInteger wanted) {
    coveredWei.remove(payer);
    if (wanted != null) {
      coveredWei.put(payer, wanted);
    }
  }

  List<Address> payers() {
    return List.copyOf(coveredWei.keySet());
  }

  boolean isReached(Address payer, BigInteger nowCovered) {
    BigInteger wanted = coveredWei.get(payer);
    return wanted != null && nowCovered.compareTo(wanted) >= 0;
  }
}
