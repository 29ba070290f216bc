package io.lesnode.payment.cheque;

import io.lesnode.primitives.Address;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * How a server takes cheques.
 *
 * @param payee the account that is paid; settlements must be sent by it
 * @param confirmations how many blocks below the head a deposit must be to count; 6
 * @param mostUncashedWei how much one payer's cheques may be worth before some are cashed
 */
public record ChequeSettings(Address payee, int confirmations, UInt256 mostUncashedWei) {
  /** Checks the numbers. */
  public ChequeSettings {
    if (confirmations < 0 || confirmations > 64) {
      throw new IllegalArgumentException("0 to 64 confirmations, not " + confirmations);
    }
    if (mostUncashedWei.isZero()) {
      throw new IllegalArgumentException("cheques must be allowed to be worth something");
    }
  }

  /** The design's defaults: 6 confirmations, one ether. */
  public static ChequeSettings standard(Address payee) {
    return new ChequeSettings(payee, 6, UInt256.valueOf(1_000_000_000_000_000_000L));
  }
}
