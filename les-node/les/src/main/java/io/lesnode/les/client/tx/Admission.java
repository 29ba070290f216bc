package io.lesnode.les.client.tx;

import org.jspecify.annotations.Nullable;

/** What the set of pending transactions says to a new one. */
public sealed interface Admission {

  /**
   * It may be sent.
   *
   * @param tracked as it is tracked from now on
   * @param replaced the one with the same nonce that it takes the place of, or null
   */
  record Admitted(TrackedTransaction tracked, @Nullable TrackedTransaction replaced)
      implements Admission {}

  /**
   * It may not.
   *
   * @param reason in geth's words
   */
  record Refused(String reason) implements Admission {}
}
