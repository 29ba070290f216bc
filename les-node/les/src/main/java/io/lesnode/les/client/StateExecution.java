package io.lesnode.les.client;

import io.lesnode.evm.state.StateReader;

/**
 * Something that is computed from a state. It may be run several times, on states that are partly
 * guessed, to find out what it reads; only the outcome of the last run counts. So it must change
 * nothing outside, and it must not keep a reader.
 *
 * @param <T> its result
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface StateExecution<T, X extends Exception> {
  /** Runs it. */
  T run(StateReader state) throws X;
}
