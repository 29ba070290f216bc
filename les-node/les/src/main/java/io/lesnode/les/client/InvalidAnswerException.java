package io.lesnode.les.client;

import java.util.Optional;

/**
 * An answer that is not what was asked for. It carries no stack trace because servers cause it at
 * will.
 */
final class InvalidAnswerException extends Exception {
  private static final long serialVersionUID = 1L;

  private enum Kind {
    LIE,
    UNHELPFUL,
    ABSENT
  }

  private final Kind kind;

  private InvalidAnswerException(Kind kind, String reason) {
    super(reason, null, false, false);
    this.kind = kind;
  }

  /** Content that no honest server sends: it contradicts a hash or a rule. */
  static InvalidAnswerException lie(String reason) {
    return new InvalidAnswerException(Kind.LIE, reason);
  }

  /** An empty or short answer, which an honest server gives when it lacks the data. */
  static InvalidAnswerException unhelpful(String reason) {
    return new InvalidAnswerException(Kind.UNHELPFUL, reason);
  }

  /** A proper "I do not know", which another server may know better. */
  static InvalidAnswerException absent(String reason) {
    return new InvalidAnswerException(Kind.ABSENT, reason);
  }

  /** Whether the server is to be dropped for it at once. */
  boolean isLie() {
    return kind == Kind.LIE;
  }

  /** Whether the server just has not what was asked for. */
  boolean isEmpty() {
    return kind == Kind.UNHELPFUL;
  }

  /** What was wrong. */
  String reason() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** The same as a fault of the server that answered, if it is one. */
  Optional<ServerFault> fault() {
    return switch (kind) {
      case LIE -> Optional.of(new ServerFault.Lie(reason()));
      case UNHELPFUL -> Optional.of(new ServerFault.Unhelpful(reason()));
      case ABSENT -> Optional.empty();
    };
  }
}
