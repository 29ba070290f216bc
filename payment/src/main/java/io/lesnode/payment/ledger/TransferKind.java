package io.lesnode.payment.ledger;

/** Why something moved; in the event log and its exports. */
public enum TransferKind {
  PAYMENT,
  EXCHANGE,
  SELL_BACK,
  GRANT,
  AUCTION,
  SETTLEMENT,
  FEE,
  BOUNCE,
  FREEZE,
  UNFREEZE,
  REFUND,
  POOL_USAGE,
  CORRECTION
}
