package io.lesnode.les.client;

import io.lesnode.les.wire.LesMessage;
import java.util.function.Predicate;

/**
 * A question together with who may be asked and what a right answer is. Immutable.
 *
 * @param what the thing asked for, in words that fit "could not get …"
 * @param suitable which servers can be expected to answer; called on the client loop
 * @param check turns a reply into a verified value; called on a worker, so it must not touch client
 *     state
 * @param bulk header sync; gives way to a person's questions
 * @param detail what to say when no connected server is suitable
 */
record Ask<T>(
    String what,
    Question question,
    Predicate<ServerPeer> suitable,
    AnswerCheck<T> check,
    boolean bulk,
    String detail) {

  /** The rule that tells a right answer. */
  @FunctionalInterface
  interface AnswerCheck<T> {
    /**
     * The verified value. The server is only to be named or kept, not to be called.
     *
     * @throws InvalidAnswerException if the reply is not what was asked for
     */
    T check(ServerPeer server, LesMessage.Reply reply) throws InvalidAnswerException;
  }
}
