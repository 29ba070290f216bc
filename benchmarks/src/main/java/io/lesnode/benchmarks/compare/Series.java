package io.lesnode.benchmarks.compare;

import java.util.Locale;

/** The parts of the comparison, in the order in which they run. */
public enum Series {
  /** Importing the chain. */
  IMPORT("Import of the chain"),
  /** Serving to clients whose credit is never the limit, as fast as they can be served. */
  RAW("Raw serving rate, priority capacity"),
  /** Serving at a fixed rate. */
  OPEN("Open loop, the same rate for both"),
  /** Serving to a client with the free capacity, which obeys flow control. */
  FREE("Default free capacity, obeying flow control"),
  /** Connecting. */
  HANDSHAKE("Handshakes"),
  /** Memory of clients that do nothing. */
  IDLE("Idle connections"),
  /** How fast a light client comes to the head. */
  SYNC("Light header sync");

  private final String title;

  Series(String title) {
    this.title = title;
  }

  /** For a heading. */
  String title() {
    return title;
  }

  /** As flags name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
