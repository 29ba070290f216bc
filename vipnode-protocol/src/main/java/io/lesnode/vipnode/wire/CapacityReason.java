package io.lesnode.vipnode.wire;

import java.util.Optional;

/** Why a {@link VipMessage.Capacity} was sent. The wire's numbers are open. */
public enum CapacityReason {
  /** It answers a SetCapacity. */
  REQUESTED(0),
  /** The client bought priority. */
  PAID(1),
  /** The units won at the auction changed. */
  AUCTION(2),
  /** The tokens were used up. */
  DOWNGRADED(3),
  /** The server has less to give, or others outbid the client. */
  CONTENTION(4),
  /** A subscription or a pool's grant began. */
  GRANTED(5),
  /** The client is no longer served at all. */
  EVICTED(6);

  private final int number;

  CapacityReason(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The reason of a number, empty when it is not known here. */
  public static Optional<CapacityReason> of(int number) {
    for (CapacityReason reason : values()) {
      if (reason.number == number) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }
}
