package io.lesnode.payment.ledger;

import java.math.BigInteger;

/** Whether something was booked. After a refusal the batch is as it was before. */
public sealed interface Booking {

  /** It is in the batch. */
  record Booked() implements Booking {
    static final Booked BOOKED = new Booked();
  }

  /** It is not. */
  sealed interface Refused extends Booking {
    /** What is wrong, without anything secret. */
    String text();
  }

  /** An account has less than is to be taken from it. */
  record Overdrawn(AccountId account, BigInteger balance, BigInteger wanted) implements Refused {
    @Override
    public String text() {
      return account.text() + " has " + balance + ", which is less than " + wanted;
    }

    /** How much more is needed. */
    public BigInteger missing() {
      return wanted.subtract(balance);
    }
  }

  /** An account would have more than messages can carry: refused, never wrapped. */
  record OverLimit(AccountId account, BigInteger balance, BigInteger added) implements Refused {
    @Override
    public String text() {
      return account.text() + " has " + balance + "; with " + added + " more it would be too much";
    }
  }

  /** Whether it is in the batch. */
  default boolean isBooked() {
    return this instanceof Booked;
  }
}
