package io.lesnode.payment;

import java.util.Arrays;
import java.util.Optional;

/** Why a request of vip/1 is refused; the numbers are on the wire. */
public enum RefusalCode {
  MALFORMED(1),
  UNKNOWN_METHOD(2),
  BAD_SIGNATURE(3),
  /** Not newer than what is known; the newest proof is given back as evidence. */
  STALE(4),
  INSUFFICIENT_DEPOSIT(5),
  /** Past its time, or too near to it. */
  EXPIRED(6),
  UNTRUSTED_CONTRACT(7),
  OVER_LIMIT(8),
  NO_CAPACITY(9),
  QUOTE_EXPIRED(10),
  NOT_SYNCED(11),
  RATE_LIMITED(12),
  WITHDRAW_PENDING(13),
  WRONG_CHAIN(14);

  private final int number;

  RefusalCode(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The code of a number on the wire, if it is one that we know. */
  public static Optional<RefusalCode> ofNumber(int number) {
    return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
  }
}
