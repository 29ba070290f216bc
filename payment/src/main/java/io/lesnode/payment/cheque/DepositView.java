package io.lesnode.payment.cheque;

import java.math.BigInteger;

/**
 * What the chain says of one payer's deposit, seen at one head.
 *
 * @param confirmed after the block that is deep enough to count
 * @param latest after the head
 */
record DepositView(BookAccount confirmed, BookAccount latest) {

  /** The highest total that a new cheque may have: the worse of both. */
  BigInteger limitWei() {
    return confirmed.freeWei().min(latest.freeWei());
  }

  /** The highest total that is covered if nobody takes anything back. */
  BigInteger coveredWei() {
    return confirmed.coveredWei().min(latest.coveredWei());
  }
}
