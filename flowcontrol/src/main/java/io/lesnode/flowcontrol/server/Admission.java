package io.lesnode.flowcontrol.server;

/** The answer of a token bucket to a request. */
public sealed interface Admission {

  /**
   * The request was charged its maximum cost; the ticket must be settled exactly once.
   *
   * @param ticket what {@link ClientCredit#settle} takes
   * @param priority the place in the serving queue: higher is served first (wrapping comparison)
   */
  record Admitted(long ticket, long priority) implements Admission {}

  /**
   * The request came too early.
   *
   * @param missing how many cost units are missing
   */
  record Underrun(long missing) implements Admission {}
}
