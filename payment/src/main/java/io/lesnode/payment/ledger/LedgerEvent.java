package io.lesnode.payment.ledger;

import java.math.BigInteger;
import org.apache.tuweni.bytes.Bytes;

/**
 * A transfer as the event log has it. Balances are the sums of events and nothing else.
 *
 * @param sequence 0 for the first, one more for each, without gaps
 * @param unixMillis when; never before the event that precedes it, even where the clock was set
 *     back
 * @param from who has less of it now
 * @param to who has more
 * @param amount more than zero, in wei or tokens by the asset of both accounts
 * @param kind why
 * @param reference what it rests on: a payment id, a transaction, a hash; at most 64 bytes
 */
public record LedgerEvent(
    long sequence,
    long unixMillis,
    AccountId from,
    AccountId to,
    BigInteger amount,
    TransferKind kind,
    Bytes reference) {

  /** The longest reference. */
  public static final int MAX_REFERENCE_BYTES = 64;

  /** What moved. */
  public Asset asset() {
    return from.kind().asset();
  }
}
