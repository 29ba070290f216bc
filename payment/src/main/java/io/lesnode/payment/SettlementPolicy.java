package io.lesnode.payment;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * When money is brought home (docs/vip.md, "Settlement").
 *
 * @param gasPriceWei what a unit of gas costs now
 * @param timesCost uncashed money is worth a transaction from this many times its cost; 20
 * @param maxAgeSeconds or when it has waited this long and is worth more than the cost; 7 days
 * @param everything settle whatever is worth more than its cost, for example before an end
 */
public record SettlementPolicy(
    UInt256 gasPriceWei, int timesCost, long maxAgeSeconds, boolean everything) {
  /** The design's defaults at a gas price. */
  public static SettlementPolicy standard(UInt256 gasPriceWei) {
    return new SettlementPolicy(gasPriceWei, 20, 7 * 86_400L, false);
  }
}
