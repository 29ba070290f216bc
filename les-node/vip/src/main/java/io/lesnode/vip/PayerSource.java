package io.lesnode.vip;

import io.lesnode.payment.Payer;
import io.lesnode.payment.cheque.ChequePayer;
import io.lesnode.payment.raw.RawPayer;
import io.lesnode.payment.testmoney.TestMoneyPayer;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes the payer of one method when the light client is there. Called once, on the payer thread.
 */
@FunctionalInterface
public interface PayerSource {
  /** The payer. */
  Payer open(PayerParts parts);

  /** Cheques on account books. */
  static PayerSource cheques() {
    return parts ->
        new ChequePayer(
            parts.requireSigner(), parts.chain(), parts.records(), parts.requireTransactor());
  }

  /** Ordinary transfers on chain. */
  static PayerSource transfers() {
    return parts -> new RawPayer(parts.chain(), parts.records(), parts.requireTransactor());
  }

  /**
   * Test money, for test networks.
   *
   * @param limitWei how much is made for each server
   */
  static PayerSource testMoney(UInt256 limitWei) {
    return parts -> new TestMoneyPayer(parts.records(), limitWei);
  }
}
