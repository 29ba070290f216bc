package io.lesnode.payment.transactions;

import org.apache.tuweni.units.bigints.UInt256;

/**
 * How transactions are sent.
 *
 * @param confirmations how many blocks, its own included, until a transaction is final; 7
 * @param resendBlocks after how many blocks the same is sent again, as pools forget; 3
 * @param replaceBlocks after how many blocks it is sent with a higher fee; 10
 * @param mostGasPriceWei never more than this for a unit of gas
 * @param isLegacy gas prices as before EIP-1559, for chains without it
 */
public record TransactorSettings(
    int confirmations,
    int resendBlocks,
    int replaceBlocks,
    UInt256 mostGasPriceWei,
    boolean isLegacy) {
  /** Checks the numbers. */
  public TransactorSettings {
    if (confirmations < 1 || resendBlocks < 1 || replaceBlocks < 1) {
      throw new IllegalArgumentException("blocks are counted from one");
    }
  }

  /** The design's defaults; never more than 500 gwei. */
  public static TransactorSettings standard() {
    return new TransactorSettings(7, 3, 10, UInt256.valueOf(500_000_000_000L), false);
  }

  /** The same, final after so many blocks. */
  public TransactorSettings withConfirmations(int blocks) {
    return new TransactorSettings(blocks, resendBlocks, replaceBlocks, mostGasPriceWei, isLegacy);
  }
}
