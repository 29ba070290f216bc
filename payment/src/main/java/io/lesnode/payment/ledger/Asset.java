package io.lesnode.payment.ledger;

/** What is counted. The sum of all accounts of an asset is zero at every moment. */
public enum Asset {
  /** Money, in wei. */
  WEI,
  /** Service tokens: one is about a nanosecond of a serving thread. */
  TOKEN
}
