package io.lesnode.les.server;

/** Which head announcements a client wants. */
enum AnnounceType {
  /** None; also any value that we do not know. */
  NONE,
  /** Plain heads. */
  SIMPLE,
  /** Heads signed with our node key, for ultra light clients. */
  SIGNED;

  static AnnounceType ofNumber(long number) {
    return number == 1 ? SIMPLE : number == 2 ? SIGNED : NONE;
  }
}
