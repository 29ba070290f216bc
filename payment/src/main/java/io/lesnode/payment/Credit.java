package io.lesnode.payment;

import org.apache.tuweni.units.bigints.UInt256;

/** What a payment is worth to the one who made it. */
public sealed interface Credit {

  /**
   * Money.
   *
   * @param amountWei how much more than before; not zero
   * @param cumulativeWei the payer's total by this method, for the receipt
   */
  record Money(UInt256 amountWei, UInt256 cumulativeWei) implements Credit {}

  /**
   * Service for a time, which cannot be sold back. The method has booked it as granted to the node
   * already ({@link io.lesnode.payment.ledger.Bookkeeping#grant}); whoever drives the method ends
   * it.
   *
   * @param tokens service tokens
   * @param untilSeconds Unix time at which they are gone
   */
  record Grant(long tokens, long untilSeconds) implements Credit {}
}
