package io.lesnode.benchmarks.sim.scenario;

import java.util.Optional;

/**
 * What the operator gives every client of a group at a moment, as {@code les_addBalance} and {@code
 * les_setClientParams} do; immutable.
 *
 * @param atNanos when
 * @param tokens added to the balance, at least 0
 * @param capacity asked for on the client's behalf, if any
 */
public record Grant(long atNanos, long tokens, Optional<Capacity> capacity) {
  /** Checks ranges. */
  public Grant {
    if (atNanos < 0 || tokens < 0) {
      throw new IllegalArgumentException("a grant cannot be negative or before the start");
    }
  }
}
