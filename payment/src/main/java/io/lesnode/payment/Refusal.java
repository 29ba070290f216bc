package io.lesnode.payment;

import org.apache.tuweni.bytes.Bytes;

/**
 * A request that is refused, which is an ordinary outcome and has no stack trace. The text says
 * what is wrong and what to do; it goes to the peer, so it has nothing secret.
 */
public final class Refusal extends Exception {
  private final RefusalCode code;
  private final int retryAfterSeconds;
  private final transient Bytes evidence;

  /** A refusal that trying again does not mend. */
  public Refusal(RefusalCode code, String text) {
    this(code, text, 0, Bytes.EMPTY);
  }

  /**
   * A refusal.
   *
   * @param retryAfterSeconds when the same request may succeed; 0: not by waiting
   * @param evidence for {@link RefusalCode#STALE} the newest proof of the payer, otherwise empty
   */
  public Refusal(RefusalCode code, String text, int retryAfterSeconds, Bytes evidence) {
    super(text, null, false, false);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
    this.evidence = evidence;
  }

  /** Which refusal it is. */
  public RefusalCode code() {
    return code;
  }

  /** What is wrong and what to do. */
  public String text() {
    return String.valueOf(getMessage());
  }

  /** When the same request may succeed, in seconds; 0: not by waiting. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** The newest proof of the payer if ours was stale, otherwise empty. */
  public Bytes evidence() {
    return evidence;
  }
}
