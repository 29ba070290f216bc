package io.lesnode.flowcontrol.pool;

/** The outcome of asking for a capacity. */
public sealed interface CapacityReply {

  /** The capacity that the client has now. */
  long capacity();

  /**
   * The pool did what it can: the capacity is what was asked for, or unchanged because more is not
   * available at the client's priority, or 0 because the client is not active.
   */
  record Assigned(long capacity) implements CapacityReply {}

  /** Refused, and nothing changed. */
  record Refused(long capacity, Refusal refusal) implements CapacityReply {}

  /** Why; the texts are geth's. */
  enum Refusal {
    NOT_CONNECTED("client not connected"),
    NO_PRIORITY("priority too low to raise capacity"),
    CANNOT_FIND_MAXIMUM("unable to find maximum allowed capacity");

    private final String text;

    Refusal(String text) {
      this.text = text;
    }

    /** geth's text. */
    public String text() {
      return text;
    }
  }
}
