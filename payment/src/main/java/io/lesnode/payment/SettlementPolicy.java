package io.lesnode.payment;

import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * When money is brought home (docs/vip.md, "Settlement").
 *
 * @param gasPriceWei what a unit of gas costs now
 * @param timesCost uncashed money is worth a transaction from this many times its cost; 20
 * @param maxAgeSeconds or when it has waited this long and is worth more than the cost; 7 days
 * @param everything settle whatever is worth more than its cost, for example before an end
 * @param busy money owners with a settlement under way: they are left out
 */
public record SettlementPolicy(
    UInt256 gasPriceWei, int timesCost, long maxAgeSeconds, boolean everything, Set<Bytes> busy) {
  /** Copies the set. */
  public SettlementPolicy {
    busy = Set.copyOf(busy);
  }

  /** The design's defaults at a gas price. */
  public static SettlementPolicy standard(UInt256 gasPriceWei) {
    return new SettlementPolicy(gasPriceWei, 20, 7 * 86_400L, false, Set.of());
  }

  /** The same, but settle whatever is worth more than its cost. */
  public SettlementPolicy settlingEverything() {
    return new SettlementPolicy(gasPriceWei, timesCost, maxAgeSeconds, true, busy);
  }

  /** The same, leaving out money owners with a settlement under way. */
  public SettlementPolicy leavingOut(Set<Bytes> owners) {
    return new SettlementPolicy(gasPriceWei, timesCost, maxAgeSeconds, everything, owners);
  }
}
