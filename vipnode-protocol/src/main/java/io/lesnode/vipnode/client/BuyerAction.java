package io.lesnode.vipnode.client;

import io.lesnode.payment.MethodId;
import io.lesnode.payment.MethodTerms;
import io.lesnode.payment.Params;
import io.lesnode.vipnode.wire.VipMessage;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a {@link Buyer} wants done. A {@link Send} goes to the connection, a {@link Note} to the
 * history; everything else is work of the payer, one after another, and each {@link Work} has
 * exactly one {@link PayerOutcome}.
 */
public sealed interface BuyerAction {

  /** Sends a message to the server. */
  record Send(VipMessage message) implements BuyerAction {}

  /** Something to remember for the user. */
  record Note(HistoryEntry entry) implements BuyerAction {}

  /** Work that may block. */
  sealed interface Work extends BuyerAction {}

  /** Signs a digest with the pay key: {@link PayerOutcome.Signed}. */
  record Sign(Bytes32 digest, String purpose) implements Work {}

  /** Checks a method and what can be paid by it: {@link PayerOutcome.Payable}. */
  record Examine(MethodTerms terms) implements Work {}

  /** Makes what an Open carries: {@link PayerOutcome.Prepared}. */
  record PrepareOpen(MethodTerms terms) implements Work {}

  /** Compares the server's answer with what we know: {@link PayerOutcome.Payable}. */
  record TakeParams(MethodId method, Params params) implements Work {}

  /** Puts money on deposit: {@link PayerOutcome.Deposited}. */
  record Deposit(MethodId method, UInt256 amountWei) implements Work {}

  /**
   * Makes a payment, whose amount the budget has counted; what the budget is must be durable
   * before: {@link PayerOutcome.Proofs}.
   */
  record Pay(MethodId method, UInt256 amountWei) implements Work {}

  /** Payments without receipts: {@link PayerOutcome.Proofs}. */
  record Recall(MethodId method) implements Work {}

  /** A payment is acknowledged: {@link PayerOutcome.Done}. */
  record Acknowledge(MethodId method, Bytes payId, UInt256 cumulativeWei) implements Work {}

  /** The newest payment that the server has: {@link PayerOutcome.Done}. */
  record ShowEvidence(MethodId method, Bytes evidence) implements Work {}

  /** Makes what a Close carries: {@link PayerOutcome.Prepared}. */
  record PrepareClose(MethodId method) implements Work {}

  /** The server's answer to Close: {@link PayerOutcome.Done}. */
  record TakeStatement(MethodId method, Bytes statement) implements Work {}
}
