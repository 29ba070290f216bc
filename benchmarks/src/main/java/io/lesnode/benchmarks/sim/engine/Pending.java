package io.lesnode.benchmarks.sim.engine;

import org.jspecify.annotations.Nullable;

/**
 * Requests of one connection without an answer, by their number: a ring that holds a run of
 * consecutive numbers and grows when the oldest stays unanswered. Not thread-safe.
 */
final class Pending {

  private static final int INITIAL_CAPACITY = 16;

  private @Nullable Sent[] ring = new @Nullable Sent[INITIAL_CAPACITY];
  private long oldest;
  private long next;
  private int size;

  /** Starts to count at a number. */
  Pending(long first) {
    oldest = first;
    next = first;
  }

  int size() {
    return size;
  }

  /** The number of the next request. */
  long nextNumber() {
    return next;
  }

  /** Adds the next request. */
  void add(Sent sent) {
    if (next - oldest == ring.length) {
      grow();
    }
    ring[place(next++)] = sent;
    size++;
  }

  @Nullable Sent get(long number) {
    return number >= oldest && number < next ? ring[place(number)] : null;
  }

  @Nullable Sent remove(long number) {
    Sent sent = get(number);
    if (sent != null) {
      ring[place(number)] = null;
      size--;
      while (oldest < next && ring[place(oldest)] == null) {
        oldest++;
      }
    }
    return sent;
  }

  /** Takes out the one that was sent last, if there is one. */
  @Nullable Sent removeLast() {
    for (long number = next - 1; number >= oldest; number--) {
      if (ring[place(number)] != null) {
        return remove(number);
      }
    }
    return null;
  }

  private int place(long number) {
    return (int) number & (ring.length - 1);
  }

  private void grow() {
    @Nullable Sent[] old = ring;
    ring = new @Nullable Sent[2 * old.length];
    for (long number = oldest; number < next; number++) {
      ring[place(number)] = old[(int) number & (old.length - 1)];
    }
  }
}
