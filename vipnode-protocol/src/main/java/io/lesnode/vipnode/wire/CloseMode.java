package io.lesnode.vipnode.wire;

import java.util.Optional;

/** What a {@link VipMessage.Close} asks for. The wire's numbers are open. */
public enum CloseMode {
  /** The sender goes; the books stay open and nothing need be answered. */
  LEAVE(0),
  /** The sender asks the payee to settle on the chain what it holds. */
  SETTLE(1),
  /** The sender signed a final state and asks for the other signature. */
  COOPERATIVE(2),
  /** The answer to {@link #COOPERATIVE}: the same final state with the other signature. */
  AGREED(3);

  private final int number;

  CloseMode(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** The mode of a number, empty when it is not known here. */
  public static Optional<CloseMode> of(int number) {
    for (CloseMode mode : values()) {
      if (mode.number == number) {
        return Optional.of(mode);
      }
    }
    return Optional.empty();
  }
}
