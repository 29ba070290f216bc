package io.lesnode.vipnode.wire;

import java.util.Optional;

/** What a {@link VipMessage.Notice} tells. The wire's numbers are open: new ones may appear. */
public enum NoticeKind {
  /** The tokens are nearly used up. */
  LOW(1),
  /** The tokens are used up; the grace time runs. */
  EXHAUSTED(2),
  /** The free trial is nearly over. */
  TRIAL_ENDING(3),
  /** The capacity was cut to the free minimum. */
  DOWNGRADED(4),
  /** The parameters of a payment method expire soon: ask for new ones. */
  PARAMS_EXPIRING(5),
  /** A request to withdraw the deposit was seen on the chain. */
  WITHDRAW_SEEN(6),
  /** Prices moved: a new offer follows or can be asked for. */
  PRICE_CHANGE(7),
  /** The chain was reorganised and the deposit is being looked at again; credit is frozen. */
  DEPOSIT_UNCERTAIN(8);

  private final int number;

  NoticeKind(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The kind of a number, empty when it is not known here. */
  public static Optional<NoticeKind> of(int number) {
    for (NoticeKind kind : values()) {
      if (kind.number == number) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
