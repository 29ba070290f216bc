package io.lesnode.payment.lottery;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a payer uses lotteries.
 *
 * @param lifetimeBlocks from opening to drawing; 10,000, at most 50,000
 * @param confirmations a lottery is used when it is this deep; 6
 * @param stopBlocks no cheques while head + stop reaches the drawing block; 4, twice what payees
 *     ask for
 * @param maxPotWei no larger pots are opened; 1 ether
 * @param rollsOver whether a pot that nobody claimed goes into a new lottery by itself
 */
public record LotteryPlan(
    long lifetimeBlocks, int confirmations, int stopBlocks, UInt256 maxPotWei, boolean rollsOver) {
  /** The design's defaults. */
  public static LotteryPlan standard() {
    return new LotteryPlan(10_000, 6, 4, UInt256.valueOf(1_000_000_000_000_000_000L), false);
  }
}
