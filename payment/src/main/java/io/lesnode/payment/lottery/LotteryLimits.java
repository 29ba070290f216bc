package io.lesnode.payment.lottery;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a payee accepts (docs/vip.md, "Receiving rules").
 *
 * @param confirmations a lottery counts when it is this many blocks deep; 6
 * @param marginBlocks cheques are taken while head + margin is below the drawing block; 2
 * @param hostileBlocks a cheque that comes this long after the drawing is no accident; 30
 * @param maxPotWei larger pots are refused: who produces blocks could be tempted to withhold one; 1
 *     ether, which should be below a tenth of a block's reward
 */
public record LotteryLimits(
    int confirmations, int marginBlocks, int hostileBlocks, UInt256 maxPotWei) {
  /** The design's defaults. */
  public static LotteryLimits standard() {
    return new LotteryLimits(6, 2, 30, UInt256.valueOf(1_000_000_000_000_000_000L));
  }
}
