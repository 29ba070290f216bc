package io.lesnode.payment.ledger;

/** The parts of a ledger store. docs/vip.md ("The books") gives keys and values. */
public enum LedgerColumn {
  /** Schema, next sequence number. */
  META,
  /** Balances by account. */
  BALANCES,
  /** Records of payment methods. */
  RECORDS,
  /** The event log by sequence number. */
  EVENTS
}
