package io.lesnode.payment.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why something moved; in the event log and its exports. */
public enum TransferKind {
  /** A proof of a payer was accepted, or one of ours was made. */
  PAYMENT(1),
  /** Money became tokens. */
  EXCHANGE(2),
  /** Tokens became money again. */
  SELL_BACK(3),
  /** Tokens for a time of service, or from the operator. */
  GRANT(4),
  /** What a grant had left at its end. */
  EXPIRY(5),
  /** The price of service that was won in an auction, second by second. */
  AUCTION(6),
  /** A claim became ether. */
  SETTLEMENT(7),
  /** What a transaction cost. */
  FEE(8),
  /** A claim that the chain did not honour. */
  BOUNCE(9),
  /** The deposit left the chain. */
  FREEZE(10),
  /** It is back. */
  UNFREEZE(11),
  /** Unspent money went back to the payer. */
  REFUND(12),
  /** Service that a pool passed on. */
  POOL_USAGE(13),
  /** A proof of ours pays what we owed. */
  PAYOUT(14),
  /** Money of a node is now kept under the account that it proved. */
  LINK(15),
  /** The operator put something right. */
  CORRECTION(16);

  private final int code;

  TransferKind(int code) {
    this.code = code;
  }

  /** The name in exports, for example {@code sell-back}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind of a name as exports have it, if there is one. */
  public static Optional<TransferKind> ofText(String text) {
    return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
  }

  /** The number in the database, which never changes. */
  int code() {
    return code;
  }

  static Optional<TransferKind> ofCode(int code) {
    return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
  }
}
