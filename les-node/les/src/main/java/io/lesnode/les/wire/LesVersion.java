package io.lesnode.les.wire;

import java.util.Optional;

/** The LES versions that live geth nodes speak, with the code space each one reserves. */
public enum LesVersion {
  /** geth 1.8 and later: no Stop and Resume, a client that overruns its buffer is dropped. */
  LES2(2, 22),
  /** geth 1.9 and later: Stop and Resume. */
  LES3(3, 24),
  /** geth 1.10 and later: forkID and recentTxLookup in Status. */
  LES4(4, 24);

  private final int number;
  private final int messageCount;

  LesVersion(int number, int messageCount) {
    this.number = number;
    this.messageCount = messageCount;
  }

  /** The capability version in Hello and {@code protocolVersion} in Status. */
  public int number() {
    return number;
  }

  /** How many message codes the version occupies on a multiplexed connection. */
  public int messageCount() {
    return messageCount;
  }

  /** Whether an overrun freezes the client (Stop, Resume) instead of dropping it. */
  public boolean hasStopAndResume() {
    return this != LES2;
  }

  /** Whether Status must carry {@code forkID} and, from a server, {@code recentTxLookup}. */
  public boolean hasForkId() {
    return this == LES4;
  }

  /** The version with a number, if we speak it. */
  public static Optional<LesVersion> ofNumber(int number) {
    for (LesVersion version : values()) {
      if (version.number == number) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }
}
