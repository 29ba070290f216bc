package io.lesnode.payment;

import org.apache.tuweni.bytes.Bytes;

/** Something that the chain told a method and a peer should know. */
public sealed interface MethodNews {
  /** The name under which the peer's money is kept; see {@link Counterparty#moneyOwner()}. */
  Bytes moneyOwner();

  /** A withdrawal of the deposit was asked for on chain. */
  record WithdrawSeen(Bytes moneyOwner, long claimableBlock) implements MethodNews {}

  /** A deposit that was counted is gone: a reorganisation. Credit is frozen until it is back. */
  record DepositLost(Bytes moneyOwner) implements MethodNews {}

  /** A deposit or transfer that was awaited has its confirmations. */
  record Confirmed(Bytes moneyOwner, Bytes data) implements MethodNews {}

  /** What was agreed ends soon: the payer should open the method again. */
  record ParamsExpiring(Bytes moneyOwner, long secondsLeft) implements MethodNews {}
}
