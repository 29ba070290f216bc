package io.lesnode.payment;

import java.util.Arrays;
import java.util.Optional;

/** How service is paid for; the numbers are on the wire (docs/vip.md, "Payment methods"). */
public enum MethodId {
  /** Money that anybody can make; off unless configured. */
  TEST(0, "test"),
  /** Cumulative cheques on a deposit in an account book. */
  CHEQUE(1, "cheque"),
  /** Lottery cheques: one deposit for many servers. */
  LOTTERY(2, "lottery"),
  /** Through a pool that settles with both sides. */
  POOL(3, "pool"),
  /** A time of service bought on chain. */
  SUBSCRIPTION(4, "subscription"),
  /** Probabilistic tickets. */
  TICKET(5, "ticket"),
  /** Hash chains below a cheque; reserved. */
  PAYWORD(6, "payword"),
  /** An ordinary transfer on chain, credited when it is confirmed. */
  RAW(7, "raw");

  private final int number;
  private final String text;

  MethodId(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The name that people see and flags take. */
  public String text() {
    return text;
  }

  /** The method of a number on the wire, if it is one that we know. */
  public static Optional<MethodId> ofNumber(int number) {
    return Arrays.stream(values()).filter(id -> id.number == number).findFirst();
  }

  /** The method of a name as flags have it, if there is one. */
  public static Optional<MethodId> ofText(String text) {
    return Arrays.stream(values()).filter(id -> id.text.equals(text)).findFirst();
  }
}
