package io.lesnode.flowcontrol.pool;

/** Why a client that is not active is to be disconnected. */
public enum DropReason {
  /** All capacity is in use by clients of higher priority, or was when it came. */
  FULL("the server is full and the priority of the client is too low to displace others"),
  /** It was active until a client of higher priority took its place. */
  OUTBID("a client of higher priority took its place"),
  /** It was active until the server lowered its limits. */
  LIMITS_LOWERED("the server lowered its capacity or number of clients"),
  /** What is free is kept for the operator's own clients, or for free ones. */
  RESERVED("the capacity that is free is kept for others");

  private final String text;

  DropReason(String text) {
    this.text = text;
  }

  /** The reason for people. */
  public String text() {
    return text;
  }
}
