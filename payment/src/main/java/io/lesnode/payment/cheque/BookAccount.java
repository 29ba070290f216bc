package io.lesnode.payment.cheque;

import java.math.BigInteger;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What an account book has of one payer for one payee, after some block.
 *
 * @param depositWei what is left of the deposit
 * @param paidWei what cheques have brought so far
 * @param withdrawWei what the payer asks back; zero for nothing; never more than the deposit
 * @param withdrawSinceBlock since when; 0 without a request
 * @param windowBlocks how long the payee may answer before it can be taken
 * @param closes how often the account was closed by both
 */
record BookAccount(
    UInt256 depositWei,
    UInt256 paidWei,
    UInt256 withdrawWei,
    long withdrawSinceBlock,
    long windowBlocks,
    long closes) {

  /** The highest total that a cheque may have, whatever is asked back. */
  BigInteger coveredWei() {
    return number(depositWei).add(number(paidWei));
  }

  /**
   * The highest total that a cheque may have so that it is good even if what is asked back goes.
   */
  BigInteger freeWei() {
    return coveredWei().subtract(number(withdrawWei));
  }

  boolean isWithdrawing() {
    return !withdrawWei.isZero();
  }

  /** The block at which what is asked back can be taken. */
  long claimableBlock() {
    return withdrawSinceBlock + windowBlocks;
  }

  static BigInteger number(UInt256 wei) {
    return wei.toUnsignedBigInteger();
  }
}
