package io.lesnode.vipnode.client;

import io.lesnode.payment.Payer.PaymentProof;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/** How a {@link BuyerAction.Work} ended. */
public sealed interface PayerOutcome {

  /** A signature of 65 bytes, v of 0 or 1. */
  record Signed(Bytes signature) implements PayerOutcome {}

  /** What can be paid without another deposit. */
  record Payable(UInt256 amountWei) implements PayerOutcome {}

  /** What a message carries. */
  record Prepared(Bytes data) implements PayerOutcome {}

  /** A transaction was sent. */
  record Deposited(Bytes32 transaction) implements PayerOutcome {}

  /** Payments to be sent, in this order. */
  record Proofs(List<PaymentProof> proofs) implements PayerOutcome {
    /** Copies the list. */
    public Proofs {
      proofs = List.copyOf(proofs);
    }
  }

  /** It is done. */
  record Done() implements PayerOutcome {}

  /**
   * It is not done.
   *
   * @param reason why, and what to do
   * @param nothingSigned for a payment: whether it is sure that no part of it was signed
   */
  record Failed(String reason, boolean nothingSigned) implements PayerOutcome {}
}
