package io.lesnode.vipnode.client;

import io.lesnode.payment.RefusalCode;
import java.util.Optional;

/** What a refusal makes us do (docs/vip.md, "Refusals"). */
sealed interface RefusalStep {
  /** Not longer, whatever the server says: it may be lying about its load. */
  long LONGEST_WAIT_SECONDS = 3_600;

  /** The same again later. */
  record Wait(long seconds) implements RefusalStep {}

  /** Another payment method. */
  record OtherMethod() implements RefusalStep {}

  /** What the payer knows is old: repair with the evidence, or ask again. */
  record Repair() implements RefusalStep {}

  /** The deposit, or what is agreed about the method, must be looked at again after a time. */
  record Reopen(long seconds) implements RefusalStep {}

  /** A new quote. */
  record AskAgain() implements RefusalStep {}

  /** A smaller purchase after a time. */
  record BuyLess(long seconds) implements RefusalStep {}

  /** A smaller capacity after a time. */
  record TakeLess(long seconds) implements RefusalStep {}

  /** Nothing more from this server for a time. */
  record Leave(long seconds) implements RefusalStep {}

  /** The step for a code. */
  static RefusalStep of(Optional<RefusalCode> code, long retryAfterSeconds) {
    long told = Math.min(retryAfterSeconds, LONGEST_WAIT_SECONDS);
    if (code.isEmpty()) {
      return new Wait(orElse(told, 60));
    }
    return switch (code.get()) {
      case MALFORMED -> new Leave(LONGEST_WAIT_SECONDS);
      case UNKNOWN_METHOD, UNTRUSTED_CONTRACT -> new OtherMethod();
      case BAD_SIGNATURE -> new Leave(orElse(told, 600));
      case STALE -> new Repair();
      case INSUFFICIENT_DEPOSIT -> new Reopen(orElse(told, 60));
      case EXPIRED -> new Reopen(orElse(told, 1));
      case OVER_LIMIT -> new BuyLess(orElse(told, 60));
      case NO_CAPACITY -> new TakeLess(orElse(told, 60));
      case QUOTE_EXPIRED -> new AskAgain();
      case NOT_SYNCED -> new Wait(orElse(told, 30));
      case RATE_LIMITED -> new Wait(orElse(told, 5));
      case WITHDRAW_PENDING -> new Reopen(orElse(told, 600));
      case WRONG_CHAIN -> new Leave(LONGEST_WAIT_SECONDS);
    };
  }

  private static long orElse(long told, long usual) {
    return told > 0 ? told : usual;
  }
}
